package dev.afterimage.domain;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an aggregate whose events are recorded in the outbox and reach the read models. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Captured {

    /** The family of the aggregate's events: a sealed interface of records. */
    Class<?> events();

    /**
     * The stored name of the aggregate, in kebab-case; by default the class name, so {@code Order} is {@code order}.
     */
    String type() default "";
}
