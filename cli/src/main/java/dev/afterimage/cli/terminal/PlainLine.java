package dev.afterimage.cli.terminal;

/** What a progress says where nothing can be repainted: in a file, a pipe, a build server's log. */
final class PlainLine {
    private PlainLine() {}

    static String start(Snapshot bar) {
        var ahead = bar.totalIsKnown() ? ", " + Figures.count(bar.total()) + " " + bar.unit() + " to go" : "";
        return bar.title() + ": started" + ahead;
    }

    static String underway(Snapshot bar) {
        var percent = bar.totalIsKnown() ? " (" + bar.percent() + " %)" : "";
        var left = bar.left().map(time -> ", about " + Figures.roughly(time) + " left");
        return bar.title() + ": " + amount(bar) + percent + ", " + Figures.perSecond(bar.recent()) + left.orElse("")
                + ", after " + Figures.duration(bar.elapsed());
    }

    static String end(Snapshot bar) {
        var mark = bar.state() == Snapshot.State.DONE ? Glyphs.ASCII.good() : Glyphs.ASCII.bad();
        var note = bar.note().isEmpty() ? "" : ", " + bar.note();
        return mark + " " + bar.title() + ": " + amount(bar) + ", " + Figures.perSecond(bar.overall()) + ", "
                + Figures.duration(bar.elapsed()) + note;
    }

    private static String amount(Snapshot bar) {
        return bar.amount() + " " + bar.unit();
    }
}
