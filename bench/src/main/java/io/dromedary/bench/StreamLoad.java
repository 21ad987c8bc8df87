package io.dromedary.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Many streams at once on one thread, each on a connection of its own that stands before its start. Notes when each
 * event comes, as none of the well-kept load generators does. Times in its results are in milliseconds.
 */
public final class StreamLoad {

    private static final int GRACE_SECONDS = 30;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
    private final Series firsts = new Series();
    private final Series gaps = new Series();
    private final Series lateness = new Series();
    private int events;

    private StreamLoad() {
    }

    /**
     * What is asked for.
     *
     * @param streams    how many
     * @param events     of each
     * @param intervalMs between two events
     * @param spreadMs   over which the starts are spread
     */
    public record Plan(int streams, int events, int intervalMs, int spreadMs) {
    }

    /**
     * What has come.
     *
     * @param complete how many streams came to their {@code [DONE]} with every event
     * @param events   how many events came in all
     * @param firsts   from each request to its first event
     * @param gaps     between two events of a stream
     * @param lateness of each event: from its sending by the mock to its arrival
     * @param cpu      of the target, in microseconds an event
     * @param mockCores how many cores the mock kept busy
     * @param loadCores how many cores this load generator kept busy
     * @param peakRssMb the target's most resident memory
     */
    public record Result(int complete, int events, Series firsts, Series gaps, Series lateness, double cpu,
            double mockCores, double loadCores, double peakRssMb) {
    }

    /** Runs the plan against that target. Streams that have not ended 30 s after the last should have are given up. */
    public static Result run(Rig rig, Target target, Plan plan) throws IOException {
        StreamLoad load = new StreamLoad();
        long self = ProcessHandle.current().pid();
        List<Stream> streams = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            byte[] request = request(target, plan);
            for (int i = 0; i < plan.streams(); i++) {
                streams.add(load.connect(selector, target));
            }
            Account.forgetPeak(target.pid());
            double cpu = Account.cpuMicros(target.pid());
            double mock = Account.cpuMicros(rig.direct().pid());
            double own = Account.cpuMicros(self);
            long begin = System.nanoTime();
            load.drive(selector, streams, request, plan, begin);
            double micros = (System.nanoTime() - begin) / 1e3;
            int complete = (int) streams.stream().filter(one -> one.reader.complete() && one.events == plan.events())
                    .count();
            return new Result(complete, load.events, load.firsts, load.gaps, load.lateness,
                    (Account.cpuMicros(target.pid()) - cpu) / load.events,
                    (Account.cpuMicros(rig.direct().pid()) - mock) / micros, (Account.cpuMicros(self) - own) / micros,
                    Account.peakRssMb(target.pid()));
        } finally {
            for (Stream stream : streams) {
                stream.channel.close();
            }
        }
    }

    private void drive(Selector selector, List<Stream> streams, byte[] request, Plan plan, long begin)
            throws IOException {
        long lasting = TimeUnit.MILLISECONDS.toNanos(plan.spreadMs() + (long) plan.events() * plan.intervalMs());
        long end = begin + lasting + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        double step = plan.spreadMs() * 1e6 / plan.streams();
        int started = 0;
        int open = streams.size();
        while (open > 0 && System.nanoTime() < end) {
            while (started < streams.size() && System.nanoTime() - begin >= started * step) {
                streams.get(started++).send(request);
            }
            selector.select(started < streams.size() ? 1 : 100);
            for (SelectionKey key : selector.selectedKeys()) {
                Stream stream = (Stream) key.attachment();
                if (!stream.read()) {
                    key.cancel();
                    open--;
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private Stream connect(Selector selector, Target target) throws IOException {
        SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        Stream stream = new Stream(channel);
        channel.register(selector, SelectionKey.OP_READ, stream);
        return stream;
    }

    private static byte[] request(Target target, Plan plan) {
        String body = Body.stream(plan.events(), plan.intervalMs());
        return ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:" + target.port() + "\r\nAuthorization: Bearer "
                + Rig.KEY + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n"
                + target.headers().stream().map(header -> header + "\r\n").collect(Collectors.joining()) + "\r\n"
                + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** One stream; counts itself into the results. */
    private final class Stream {

        private final SocketChannel channel;
        private final EventReader reader = new EventReader(this::event);
        private long last;
        private long now;
        private int events;

        Stream(SocketChannel channel) {
            this.channel = channel;
        }

        void send(byte[] request) throws IOException {
            last = System.nanoTime();
            channel.write(ByteBuffer.wrap(request));
        }

        /** Whether more is to come. */
        boolean read() throws IOException {
            buffer.clear();
            int length = channel.read(buffer);
            now = System.nanoTime();
            reader.read(buffer.flip());
            return length >= 0 && !reader.complete();
        }

        private void event(long sent) {
            (events == 0 ? firsts : gaps).add((now - last) / 1e6);
            lateness.add((now - sent) / 1e6);
            last = now;
            events++;
            StreamLoad.this.events++;
        }
    }
}
