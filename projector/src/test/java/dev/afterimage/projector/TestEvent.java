package dev.afterimage.projector;

/** An event of the tests, which knows the id of its aggregate. */
interface TestEvent {

    String id();
}
