/**
 * Gives each test class a fresh database on one server per JVM, and fails the class that leaves something open. Start
 * reading at {@link dev.afterimage.embedded.junit.FreshDatabase}, then at {@code Leftovers}. May import JUnit, which is
 * an optional dependency, and {@link dev.afterimage.embedded}.
 */
@NullMarked
package dev.afterimage.embedded.junit;

import org.jspecify.annotations.NullMarked;
