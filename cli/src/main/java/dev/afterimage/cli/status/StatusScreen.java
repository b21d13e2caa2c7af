package dev.afterimage.cli.status;

import dev.afterimage.cli.terminal.Column;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The report for people. */
final class StatusScreen {

    private final Screen screen;

    StatusScreen(Screen screen) {
        this.screen = screen;
    }

    void show(StatusReport status) {
        screen.line(
                status.logDamage().isPresent()
                        ? "log: damaged"
                        : "log: %s events".formatted(Figures.count(status.head().value())));
        screen.table(
                List.of(
                        Column.text("relay of"),
                        Column.text("state"),
                        Column.text("for"),
                        Column.text("last heard"),
                        Column.text("complete up to")),
                status.relays().stream().map(relay -> relay(relay, status)).toList());
        screen.table(
                List.of(
                        Column.text("read model"),
                        Column.text("version"),
                        Column.text("state"),
                        Column.text("for"),
                        Column.text("node"),
                        Column.number("position"),
                        Column.number("events behind"),
                        Column.number("time behind")),
                status.versions().stream()
                        .map(version -> version(version, status))
                        .toList());
        status.atRest().ifPresent(screen::line);
        status.failures().forEach(screen::bad);
        if (status.isHealthy()) {
            screen.good("nothing needs you");
        }
    }

    private static List<String> relay(SourceProgress relay, StatusReport status) {
        var hasReported = relay.state() != RelayState.UNKNOWN;
        return List.of(
                relay.source(),
                relay.state().words(),
                ago(Optional.of(relay.since()).filter(since -> hasReported), status.at(), ""),
                hasReported ? ago(Optional.of(relay.seenAt()), status.at(), " ago") : "never",
                ago(relay.completeUpTo(), status.at(), " ago"));
    }

    private static List<String> version(StatusReport.Version version, StatusReport status) {
        var lease = version.view().lease();
        var phase = version.isActive()
                ? ""
                : " (%s)".formatted(version.version().phase().words());
        return List.of(
                version.version().projection(),
                "v" + version.version().number() + phase,
                lease.state().words(),
                ago(Optional.of(lease.since()), status.at(), ""),
                lease.node().orElse(""),
                version.view().position().toString(),
                Figures.count(version.eventsBehind()),
                version.timeBehind().map(Figures::duration).orElse("unknown"));
    }

    private static String ago(Optional<Instant> then, Instant now, String suffix) {
        return then.map(at -> Figures.duration(StatusReport.since(at, now)) + suffix)
                .orElse("");
    }
}
