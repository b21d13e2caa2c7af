/**
 * The {@code afterimage} command: the demo, and what an operator needs. Start reading at
 * {@link dev.afterimage.cli.Main}, then {@link dev.afterimage.cli.Demo}. May import everything.
 */
@NullMarked
package dev.afterimage.cli;

import org.jspecify.annotations.NullMarked;
