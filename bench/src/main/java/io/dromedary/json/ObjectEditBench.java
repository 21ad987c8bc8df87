package io.dromedary.json;

import java.io.IOException;
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

/** Exchanging the model's name in a body, small and large. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ObjectEditBench {

    /** The length of the prompt, in bytes. */
    @Param({"200", "1000000"})
    public int prompt;

    private byte[] body;
    private ObjectFields fields;

    /** Makes the body and finds its fields, as the request reader has before. */
    @Setup
    public void makeBody() throws IOException {
        body = ("{\"model\":\"bench\",\"temperature\":0.7,\"messages\":[{\"role\":\"user\",\"content\":\""
                + "x".repeat(prompt)
                + "\"}]}").getBytes(StandardCharsets.UTF_8);
        fields = ObjectFields.read(body);
    }

    /** Writes the body with another model's name. */
    @Benchmark
    public JsonSlices rewriteModel() {
        ObjectEdit edit = new ObjectEdit(body, fields);
        edit.set("model", Json.literal("upstream/model"));
        return edit.slices();
    }
}
