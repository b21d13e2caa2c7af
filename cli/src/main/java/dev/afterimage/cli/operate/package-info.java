/**
 * What operators do, on any database: make it ready, compare outbox and log, repair, leave an event out, rebuild. Start
 * reading at {@link dev.afterimage.cli.operate.RepairCommand}. May import the stores, the relay's set-up and the
 * terminal.
 */
@NullMarked
package dev.afterimage.cli.operate;

import org.jspecify.annotations.NullMarked;
