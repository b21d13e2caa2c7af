package dev.afterimage.embedded;

import io.zonky.test.db.postgres.util.LinuxUtils;

/** PostgreSQL refuses to run as root; {@code unshare -U} makes root nobody for the server's processes only. */
final class RootUser {

    private RootUser() {}

    static void requireUnshare() {
        if ("root".equals(System.getProperty("user.name")) && !LinuxUtils.isUnshareAvailable()) {
            throw new EmbeddedServerException("PostgreSQL refuses to run as root and `unshare` is blocked here: "
                    + "run as an ordinary user, or pass --jdbc-url");
        }
    }
}
