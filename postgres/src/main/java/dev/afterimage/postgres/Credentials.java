package dev.afterimage.postgres;

/** Who connects. Asked at each connect, from any thread, so that a password or a token can be exchanged meanwhile. */
@FunctionalInterface
public interface Credentials {

    /** What is valid now. A failure to find it is thrown, and the connect fails with it. */
    Login login();

    /** A user and its password; the text shows the user only. */
    record Login(String user, String password) {

        @Override
        public String toString() {
            return user + " with a password";
        }
    }
}
