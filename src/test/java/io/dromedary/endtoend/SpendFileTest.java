package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.settings.SettingFault;

/** Budgets survive a restart where a file is named for them. */
class SpendFileTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    @TempDir
    private Path folder;

    private RunningGateway gateway(FakeUpstream upstream, Path file) {
        return RunningGateway.with("""
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/up, api_base: '%s', input_cost_per_token: 0.5,
                                     output_cost_per_token: 0.5}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                virtual_keys:
                  - {key_alias: shop, key: sk-shop-0000000000000000, max_budget: 3}
                """.formatted(upstream.baseUrl()), file == null ? Map.of()
                : Map.of("gateway.keys.spend-file", file.toString()));
    }

    private static int ask(RunningGateway gateway) {
        return gateway.send(gateway.request("/v1/chat/completions", "Authorization",
                "Bearer sk-shop-0000000000000000", "Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(chat("only", false))).build()).statusCode();
    }

    @Test
    void whatWasSpentCountsAfterARestartThoughTheLastLineIsTorn() throws Exception {
        FakeUpstream upstream = fixture.upstream().does((request, line) -> line.json(200, Replies.chat("x")));
        Path file = folder.resolve("spend.jsonl");
        try (RunningGateway gateway = gateway(upstream, file)) {
            assertFalse(gateway.app().forgetsBudgets());
            assertEquals(200, ask(gateway));
            assertEquals(200, ask(gateway));
        }
        assertTrue(Files.readString(file).contains("\"micro_usd\":2000000"), Files.readString(file));
        Files.writeString(file, "{\"account\":\"key:sh", StandardOpenOption.APPEND);
        try (RunningGateway gateway = gateway(upstream, file)) {
            assertEquals(200, ask(gateway));
            assertEquals(429, ask(gateway));
        }
        assertTrue(Files.readString(file).contains("\"micro_usd\":3000000"), Files.readString(file));
    }

    @Test
    void aSecondGatewayOnTheSameFileDoesNotStart() {
        FakeUpstream upstream = fixture.upstream();
        Path file = folder.resolve("spend.jsonl");
        try (RunningGateway first = gateway(upstream, file)) {
            SettingFault fault = assertThrows(SettingFault.class, () -> gateway(upstream, file));
            assertTrue(fault.getMessage().contains("another gateway writes to it"), fault.getMessage());
            assertEquals(200, ask(first));
        }
    }

    @Test
    void withoutAFileEachStartBeginsAtZeroAndTheOperatorIsTold() {
        FakeUpstream upstream = fixture.upstream().does((request, line) -> line.json(200, Replies.chat("x")));
        try (RunningGateway gateway = gateway(upstream, null)) {
            assertTrue(gateway.app().forgetsBudgets());
        }
    }
}
