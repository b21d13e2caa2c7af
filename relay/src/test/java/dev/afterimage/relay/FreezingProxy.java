package dev.afterimage.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes bytes on until told to keep them, as a network does that has lost its way: nothing fails, nothing arrives. */
final class FreezingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final String host;
    private final int port;
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();

    private record Pair(Socket client, Socket target, AtomicBoolean frozen) {}

    private FreezingProxy(ServerSocket server, String host, int port) {
        this.server = server;
        this.host = host;
        this.port = port;
    }

    static FreezingProxy to(String host, int port) throws IOException {
        var proxy = new FreezingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), host, port);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                var pair = new Pair(client, new Socket(host, port), new AtomicBoolean());
                pairs.add(pair);
                pass(pair, client.getInputStream(), pair.target().getOutputStream());
                pass(pair, pair.target().getInputStream(), client.getOutputStream());
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void pass(Pair pair, InputStream in, OutputStream out) {
        Thread.ofVirtual().start(() -> {
            var buffer = new byte[8192];
            try {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    synchronized (pair.frozen()) {
                        if (!pair.frozen().get()) {
                            out.write(buffer, 0, read);
                            out.flush();
                        }
                    }
                }
                synchronized (pair.frozen()) {
                    if (!pair.frozen().get()) {
                        close(pair);
                    }
                }
            } catch (IOException e) {
                close(pair);
            }
        });
    }

    /** Whatever is open now passes nothing any more; new connections work. */
    void freezeOpenConnections() {
        for (var pair : pairs) {
            synchronized (pair.frozen()) {
                pair.frozen().set(true);
            }
        }
    }

    private static void close(Pair pair) {
        try (var client = pair.client();
                var target = pair.target()) {
            client.shutdownInput();
            target.shutdownInput();
        } catch (IOException e) {
            // it is closed
        }
    }

    /** Ends what is open and lets nobody in any more. */
    void cut() throws IOException {
        server.close();
        pairs.forEach(FreezingProxy::close);
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
