package io.dromedary.cost;

import static io.dromedary.cost.Shapes.utf8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.relay.CostSubjects;

/**
 * Whatever requests, answers and streams are made of, the memory and the steps that they take grow with their bytes and
 * no faster. Memory is what the thread allocates; steps are counted in the gateway's code. No clock is looked at.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LinearCostTest {

    private static final int KIB = 1024;
    /** From here on, some shapes stand for all. */
    private static final int LARGE = 1024 * KIB;
    private static final Set<String> OF_LARGE_ONES =
            Set.of("many of an empty object", "a wide object", "a long text of escapes");
    /** What may be taken whatever the size is: a tree of 10,000 values, or as many names of a joined answer. */
    private static final long SOME_BYTES = 4096 * KIB;
    private static final long SOME_STEPS = 100_000;
    private static final long STEPS_A_BYTE = 100;
    private static final long BYTES_A_BYTE = 24;
    /**
     * Each field is kept, and each text is given to a route's step: of seven bytes and of four here. A byte of a form's
     * text may be six of JSON, and each part has a head to be read. The id of each call of a tool is kept.
     */
    private static final Map<String, Long> MORE_BYTES_A_BYTE =
            Map.of("request", 64L, "prompt texts", 64L, "form", 96L, "messages", 48L);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private AutoCloseable subjects;
    private Method run;

    /** Puts a value into a document. */
    private record Place(String name, String before, String after) {
    }

    @BeforeAll
    void loadTheGatewayOnceMore() throws Exception {
        Class<?> counted = Steps.loader().loadClass(CostSubjects.class.getName());
        subjects = (AutoCloseable) counted.getConstructor().newInstance();
        run = counted.getMethod("run", Consumer.class, byte[].class);
    }

    @AfterAll
    void end() throws Exception {
        subjects.close();
    }

    /** Each shape at each place; of large ones some shapes, at one place each. */
    private static Map<String, Supplier<String>> shapes(int bytes, List<Place> places) {
        Map<String, Supplier<String>> shapes = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(Shapes.values(bytes).keySet());
        Shapes.values(bytes).forEach((name, value) -> {
            for (Place place : places) {
                boolean chosen = OF_LARGE_ONES.contains(name)
                        && places.indexOf(place) == names.indexOf(name) % places.size();
                if (bytes < LARGE || chosen) {
                    shapes.put(place.name() + " of " + name, () -> place.before() + value.get() + place.after());
                }
            }
        });
        return shapes;
    }

    @ParameterizedTest
    @ValueSource(ints = {KIB, 64 * KIB, 8 * LARGE})
    void aRequestCostsAsMuchAsItIsLong(int bytes) throws Exception {
        Map<String, Supplier<String>> shapes = shapes(bytes, List.of(
                new Place("a field", "{\"model\":\"m\",\"x\":", ",\"messages\":[{}]}"),
                new Place("a message", "{\"model\":\"m\",\"messages\":[{\"content\":", "}]}"),
                new Place("an extra body", "{\"model\":\"m\",\"messages\":[{}],\"extra_body\":{\"x\":", "}}"),
                new Place("fallbacks", "{\"model\":\"m\",\"fallbacks\":", ",\"messages\":[{}]}")));
        shapes.put("many fields", () -> "{\"model\":\"m\"," + Shapes.fields(bytes) + ",\"messages\":[{}]}");
        if (bytes >= LARGE) {
            assertLinear("ofRequests", shapes);
            return;
        }
        shapes.put("many fields to be dropped", () -> "{\"model\":\"m\"," + Shapes.fields(bytes / 2)
                + ",\"additional_drop_params\":[" + Shapes.pieces(600, i -> "\"" + Integer.toString(i, 36) + "\"")
                + "],\"messages\":[{}]}");
        shapes.put("many fields of an extra body", () -> "{\"model\":\"m\",\"messages\":[{}],\"extra_body\":{"
                + Shapes.fields(bytes) + "}}");
        shapes.put("many fields that are not sent", () -> "{\"model\":\"m\","
                + Shapes.pieces(bytes, i -> "\"litellm_" + i + "\":1") + ",\"messages\":[{}]}");
        assertLinear("ofRequests", shapes);
    }

    private static String part(String head, String value) {
        return "--x\r\nContent-Disposition: form-data; name=" + head + "\r\n\r\n" + value + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {KIB, 64 * KIB, 512 * KIB})
    void aFormCostsAsMuchAsItIsLong(int bytes) throws Exception {
        Map<String, Supplier<String>> shapes = new LinkedHashMap<>();
        Map<String, String> contents = Map.of("zeros", "\0", "carriage returns", "\r", "line ends", "\r\n", "dashes",
                "-", "all of a delimiter but its end", "\r\n--", "empty lines", "\r\n\r\n", "texts", "\u00e9");
        contents.forEach((name, content) -> {
            String repeated = content.repeat(bytes / content.length());
            shapes.put("a file of " + name, () -> part("f; filename=f", repeated));
            shapes.put("a text of " + name, () -> part("f", repeated));
        });
        shapes.put("many fields", () -> Shapes.pieces(bytes, i -> part("f" + i, "")).replace("\n,-", "\n-"));
        shapes.put("many of a field", () -> Shapes.pieces(bytes, i -> part("\"f[]\"", "a")).replace("\n,-", "\n-"));
        shapes.put("many lines of heads", () -> part("f\r\n" + Shapes.pieces(Math.min(bytes, 7 * KIB),
                i -> "A" + i + ": b\r\n").replace("\n,A", "\nA") + "B: c", ""));
        shapes.put("many parameters", () -> part("f" + Shapes.pieces(Math.min(bytes, 7 * KIB), i -> "; a" + i + "=\"\"")
                .replace(",", ""), ""));
        shapes.put("blanks", () -> part("f" + " ".repeat(Math.min(bytes, 7 * KIB)) + "; a=b", ""));
        shapes.replaceAll((name, form) -> () -> part("model", "m") + form.get() + "--x--\r\n");
        assertLinear("ofForms", shapes);
    }

    @ParameterizedTest
    @ValueSource(ints = {KIB, 64 * KIB, 8 * LARGE})
    void aRequestOfTheMessagesApiCostsAsMuchAsItIsLong(int bytes) throws Exception {
        String user = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":";
        String calls = "{\"messages\":[{\"role\":\"assistant\",\"content\":[";
        Map<String, Supplier<String>> shapes = shapes(bytes, List.of(
                new Place("messages", "{\"messages\":", "}"), new Place("a content", user, "}]}"),
                new Place("a result", user + "[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":", "}]}]}"),
                new Place("an input", calls + "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"b\",\"input\":{\"x\":",
                "}}]}]}"),
                new Place("tools", "{\"tools\":", ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"),
                new Place("system", "{\"system\":", ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")));
        shapes.put("many messages", () -> "{\"messages\":["
                + Shapes.pieces(bytes, i -> "{\"role\":\"" + (i % 2 == 0 ? "user" : "system") + "\",\"content\":\"a\"}")
                + "]}");
        shapes.put("many calls", () -> calls
                + Shapes.pieces(bytes, i -> "{\"type\":\"tool_use\",\"id\":\"" + i + "\",\"name\":\"b\"}") + "]}]}");
        shapes.put("many unknown blocks", () -> user + "["
                + Shapes.pieces(bytes, i -> "{\"type\":\"" + i + "\"}") + ",{\"text\":\"a\"}]}]}");
        assertLinear("ofMessages", shapes);
    }

    @ParameterizedTest
    @ValueSource(ints = {KIB, 64 * KIB, 8 * LARGE})
    void anAnswerCostsAsMuchAsItIsLong(int bytes) throws Exception {
        Map<String, Supplier<String>> shapes = shapes(bytes, List.of(
                new Place("content", "{\"model\":\"up\",\"choices\":[{\"message\":{\"content\":",
                "}}],\"usage\":{\"total_tokens\":1}}"),
                new Place("a failure", "{\"choices\":[{\"finish_reason\":\"error\",\"message\":{\"x\":", "}}]}"),
                new Place("tools", "{\"choices\":[{\"message\":{\"tool_calls\":", "}}]}"),
                new Place("choices", "{\"choices\":", "}"), new Place("an error", "{\"error\":", "}"),
                new Place("a detail", "{\"detail\":[{\"msg\":\"not permitted\",\"input\":", "}]}"),
                new Place("a use", "{\"choices\":[{}],\"usage\":", "}")));
        shapes.put("many fields", () -> "{" + Shapes.fields(bytes) + ",\"choices\":[{}]}");
        assertLinear("ofAnswers", shapes);
    }

    @ParameterizedTest
    @ValueSource(ints = {KIB, 64 * KIB, 8 * LARGE})
    void aStreamCostsAsMuchAsItIsLong(int bytes) throws Exception {
        String begin = event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}");
        String first = begin + "data: ";
        String last = "\n\ndata: [DONE]\n\n";
        Map<String, Supplier<String>> shapes = shapes(bytes, List.of(
                new Place("a delta", first + "{\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":{\"content\":",
                "}}]}" + last),
                new Place("choices", first + "{\"choices\":", "}" + last),
                new Place("an error", first + "{\"error\":", "}" + last),
                new Place("a field", first + "{\"x\":", ",\"choices\":[{\"index\":0,\"delta\":{}}]}" + last)));
        String small = "{\"choices\":[{\"index\":#,\"delta\":{\"content\":\"a\",\"tool_calls\":[{\"index\":#}]}}]}";
        shapes.put("many events", () -> begin + events(bytes, i -> small.replace("#", "0")));
        if (bytes >= LARGE) {
            assertLinear("ofStreams", shapes);
            return;
        }
        shapes.put("many choices", () -> begin + events(bytes, i -> small.replace("#", String.valueOf(i))));
        shapes.put("many events of names", () -> begin + events(bytes,
                i -> small.replace("\"content\"", "\"c" + i + "\"").replace("#", "0")));
        shapes.put("many empty lines", () -> begin + "\n".repeat(bytes));
        shapes.put("many comments", () -> begin + ":\n".repeat(bytes / 2));
        shapes.put("many lines of data", () -> begin + "data:\n".repeat(bytes / 6));
        shapes.put("many identifiers", () -> begin + "id: 1\n".repeat(bytes / 6));
        assertLinear("ofStreams", shapes);
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }

    private static String events(int bytes, IntFunction<String> data) {
        StringBuilder all = new StringBuilder(bytes + 256);
        for (int i = 0; all.length() < bytes; i++) {
            all.append(event(data.apply(i)));
        }
        return all.append(event("[DONE]")).toString();
    }

    @SuppressWarnings("unchecked")
    private void assertLinear(String whose, Map<String, Supplier<String>> shapes) throws Exception {
        Map<String, Consumer<byte[]>> all =
                (Map<String, Consumer<byte[]>>) subjects.getClass().getMethod(whose).invoke(subjects);
        for (Map.Entry<String, Supplier<String>> shape : shapes.entrySet()) {
            byte[] bytes = utf8(shape.getValue().get());
            for (Map.Entry<String, Consumer<byte[]>> subject : all.entrySet()) {
                if (bytes.length < 8 * KIB) {
                    run(subject.getValue(), bytes); // what is made once, such as a class, is no cost of it
                }
                assertLinear(subject.getKey() + ", " + shape.getKey(), subject.getValue(), bytes,
                        MORE_BYTES_A_BYTE.getOrDefault(subject.getKey(), BYTES_A_BYTE));
            }
        }
    }

    private void assertLinear(String what, Consumer<byte[]> subject, byte[] bytes, long bytesAByte) {
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        long steps = Steps.of(() -> run(subject, bytes));
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertTrue(steps <= SOME_STEPS + STEPS_A_BYTE * bytes.length,
                () -> what + ": " + steps + " steps for " + bytes.length + " bytes");
        assertTrue(allocated <= SOME_BYTES + bytesAByte * bytes.length,
                () -> what + ": " + allocated + " bytes allocated for " + bytes.length);
    }

    private void run(Consumer<byte[]> subject, byte[] bytes) {
        try {
            run.invoke(null, subject, bytes);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
        }
    }
}
