/**
 * SQL files go in, jOOQ classes come out, by way of a real PostgreSQL that reads the SQL. Start reading at
 * {@link dev.afterimage.codegen.GenerateTables}, then {@code Target} and {@code Generation}. May import the embedded
 * server, jOOQ's generator and pgjdbc; nothing of it is needed when the generated classes run.
 */
@NullMarked
package dev.afterimage.codegen;

import org.jspecify.annotations.NullMarked;
