package io.dromedary.request;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.dromedary.model.Endpoint;

/** Reading a request's body, small and large, against copying its bytes once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestReaderBench {

    /** The length of the prompt, in bytes. */
    @Param({"200", "1000000"})
    public int prompt;

    private byte[] body;

    /** Makes the body. */
    @Setup
    public void makeBody() {
        body = ("{\"model\":\"bench\",\"temperature\":0.7,\"messages\":[{\"role\":\"user\",\"content\":\""
                + "x".repeat(prompt)
                + "\"}]}").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what the gateway must know of it. */
    @Benchmark
    public Object readRequest() {
        return RequestReader.read(body, Endpoint.CHAT, 1000, name -> null, bytes -> { });
    }

    /** Copies it: what reading is held against. */
    @Benchmark
    public Object copyOnce() {
        return body.clone();
    }
}
