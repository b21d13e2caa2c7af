/**
 * What people read while a command runs: headings, tables and progress bars, repainted in place on a terminal and plain
 * lines everywhere else. Start reading at {@link dev.afterimage.cli.terminal.Screen}, then
 * {@link dev.afterimage.cli.terminal.Bars}; every byte leaves through {@code Canvas}. May import the JDK and nothing
 * else.
 */
@NullMarked
package dev.afterimage.cli.terminal;

import org.jspecify.annotations.NullMarked;
