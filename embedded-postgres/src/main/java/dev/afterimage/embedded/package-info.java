/**
 * A real PostgreSQL 18 that comes with the Maven jars: started, given databases and stopped inside one JVM. Start
 * reading at {@link dev.afterimage.embedded.ServerSettings}, then {@link dev.afterimage.embedded.EmbeddedServer}. The
 * only package that may import io.zonky; for tests, the build and the demo, never for production.
 */
@NullMarked
package dev.afterimage.embedded;

import org.jspecify.annotations.NullMarked;
