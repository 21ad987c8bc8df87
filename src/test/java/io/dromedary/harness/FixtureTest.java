package io.dromedary.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/** A test that passes although its gateway let a key out, or was left running, would mean nothing. */
class FixtureTest {

    private final List<String> closed = new ArrayList<>();
    private final Fixture fixture = new Fixture();

    private void start(String... names) {
        for (String name : names) {
            fixture.closing(() -> closed.add(name));
        }
    }

    @Test
    void whatWasStartedLastIsClosedFirstAndOnce() throws Exception {
        start("upstream", "gateway");
        fixture.afterEach(null);
        fixture.afterEach(null);
        assertEquals(List.of("gateway", "upstream"), closed);
    }

    @Test
    void whatTestsShareIsClosedAfterTheLastOfThem() throws Exception {
        fixture.beforeAll(null);
        start("gateway");
        fixture.afterEach(null);
        assertEquals(List.of(), closed);
        fixture.afterAll(null);
        assertEquals(List.of("gateway"), closed);
    }

    @Test
    void aGatewayThatFailsAtItsEndFailsTheTestAndTheOthersAreClosedAllTheSame() {
        start("upstream");
        fixture.closing(() -> {
            throw new AssertionError("A key was let out");
        });
        AssertionError failure = assertThrows(AssertionError.class, () -> fixture.afterEach(null));
        assertEquals("A key was let out", failure.getMessage());
        assertEquals(List.of("upstream"), closed);
    }
}
