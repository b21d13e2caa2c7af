/**
 * The {@code afterimage} command: each subcommand in the package that it belongs to. Start reading at
 * {@link dev.afterimage.cli.Main}, then {@link dev.afterimage.cli.status.StatusCommand}. May import everything.
 */
@NullMarked
package dev.afterimage.cli;

import org.jspecify.annotations.NullMarked;
