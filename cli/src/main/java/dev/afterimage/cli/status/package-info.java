/**
 * How the relay, the log and the read models are doing, from the databases alone. Start reading at
 * {@link dev.afterimage.cli.status.StatusReport}, then {@link dev.afterimage.cli.status.Troubles}. May import the log,
 * the read models and the terminal.
 */
@NullMarked
package dev.afterimage.cli.status;

import org.jspecify.annotations.NullMarked;
