/**
 * Which database a command works on, and the connections to it. Start reading at
 * {@link dev.afterimage.cli.database.DatabaseOptions}. May import the stores, the relay's set-up and the embedded
 * server.
 */
@NullMarked
package dev.afterimage.cli.database;

import org.jspecify.annotations.NullMarked;
