package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** One event of a stream: finding it, and reading its chunk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventParserBench {

    private static final String CHUNK = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"upstream\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" "
            + "token\"},\"finish_reason\":null}]}";

    private final byte[] json = CHUNK.getBytes(StandardCharsets.UTF_8);
    private final byte[] event = ("data: " + CHUNK + "\n\n").getBytes(StandardCharsets.UTF_8);

    /** Takes one event out of a stream's bytes. */
    @Benchmark
    public void parseEvent(Blackhole found) {
        new EventParser(new Found(found), 1 << 20).feed(event, event.length);
    }

    /** Reads what the relay must know of one chunk. */
    @Benchmark
    public Object readChunk() throws IOException {
        return Chunk.read(json);
    }

    private record Found(Blackhole hole) implements EventParser.Sink {

        @Override
        public void event(String head, byte[] data) {
            hole.consume(data);
        }

        @Override
        public void comment(byte[] line) {
            hole.consume(line);
        }

        @Override
        public void error(byte[] value) {
            hole.consume(value);
        }

        @Override
        public void garbage(String what) {
            throw new IllegalStateException(what);
        }
    }
}
