package dev.afterimage.cli.status;

import dev.afterimage.cli.terminal.Column;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.domain.SourceProgress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
        if (status.troubles().isEmpty()) {
            screen.good("nothing needs you");
        } else {
            status.troubles().forEach(screen::bad);
        }
    }

    private static List<String> relay(SourceProgress relay, StatusReport status) {
        return List.of(
                relay.source(),
                relay.state().toLowerCase(Locale.ROOT).replace('_', ' '),
                ago(Optional.of(relay.since()), status.at(), ""),
                ago(Optional.of(relay.seenAt()), status.at(), " ago"),
                ago(relay.completeUpTo(), status.at(), " ago"));
    }

    private static List<String> version(StatusReport.Version version, StatusReport status) {
        var lease = version.view().lease();
        var phase = version.isActive()
                ? ""
                : " (%s)".formatted(Troubles.words(version.version().phase()));
        return List.of(
                version.version().projection(),
                "v" + version.version().number() + phase,
                lease.isHeld() || !lease.state().name().equals("RUNNING") ? Troubles.words(lease.state()) : "unfed",
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
