package dev.afterimage.readmodels.tables;

/**
 * Something that a relation has beside columns and constraints.
 *
 * @param name what it is, the same for every relation: {@code comment}, {@code grant SELECT to "reports"}
 * @param set the statement that gives it to a relation
 * @param unset the statement that takes it away; empty if there is none
 */
record Trait(String name, String value, String set, String unset) {}
