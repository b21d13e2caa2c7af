package dev.afterimage.domain;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The stored name and version of an event record. Without it the name is the class name in kebab-case, so
 * {@code OrderPlaced} is {@code order-placed}, and the version is 1. Needed when a record is renamed: what is stored
 * keeps its name.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventName {

    /** The stored name, in kebab-case; empty for the name derived from the class. */
    String value() default "";

    /** The version of the event's shape, from 1. */
    int version() default 1;
}
