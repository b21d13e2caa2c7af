package dev.afterimage.projector;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Names the nodes that run versions, so that people find them again. */
final class NodeName {

    private NodeName() {}

    /** A name for a node that no other has had. */
    static String next() {
        var random = ThreadLocalRandom.current().nextInt(0x1000, 0x10000);
        return "%s-%d-%s"
                .formatted(hostName(), ProcessHandle.current().pid(), Integer.toHexString(random))
                .toLowerCase(Locale.ROOT);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
