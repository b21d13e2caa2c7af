package dev.afterimage.proof.upgrade;

import static dev.afterimage.proof.upgrade.Version.NEW;
import static dev.afterimage.proof.upgrade.Version.OLD;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of the version before and of this one, in processes of their own, on one database. */
class UpgradeTest {

    private static final int SOME = 40;
    private static final int MANY = 150;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_cluster_is_upgraded_node_by_node_while_both_versions_write() throws Exception {
        try (var cluster = new Cluster(folder)) {
            cluster.init(OLD);
            var old = cluster.run(OLD);
            cluster.write(OLD, "old", SOME).awaitEnd();
            cluster.awaitComplete("the old version alone", old);

            var oldWriter = cluster.write(OLD, "old-during-migration", MANY);
            cluster.init(NEW);
            oldWriter.awaitEnd();
            cluster.awaitComplete("an old node on the new tables", old);
            cluster.requireRight("an old node on the new tables");

            var next = cluster.run(NEW);
            writeBoth(cluster, "beside");
            cluster.awaitComplete("both versions", old, next);
            cluster.requireRight("both versions");

            killedWhileBothWrite(cluster, old, next);
        }
    }

    private static void killedWhileBothWrite(Cluster cluster, NodeProcess old, NodeProcess next) throws Exception {
        old.kill();
        writeBoth(cluster, "old-is-killed");
        cluster.awaitComplete("the new node after the old one was killed", next);

        // The old version has no leases: its nodes take what they run when they start.
        next.kill();
        var restarted = cluster.run(OLD);
        writeBoth(cluster, "new-is-killed");
        cluster.awaitComplete("an old node after the new one was killed", restarted);
        cluster.requireRight("an old node after the new one was killed");

        var last = cluster.run(NEW);
        writeBoth(cluster, "both-again");
        cluster.awaitComplete("both versions again", restarted, last);
        restarted.stop();
        cluster.write(NEW, "new", SOME).awaitEnd();
        cluster.awaitComplete("the new version alone", last);
        last.stop();
        cluster.requireRight("the new version alone");
    }

    private static void writeBoth(Cluster cluster, String prefix) throws InterruptedException {
        var old = cluster.write(OLD, prefix + "-o", SOME);
        cluster.write(NEW, prefix + "-n", SOME).awaitEnd();
        old.awaitEnd();
    }
}
