package io.dromedary.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RunningGateway;

/** The page on Kafka does what it says, with a real broker; and a broker that is not there delays nobody. */
@Tag("long")
@Timeout(240)
class KafkaRecipeIT {

    @TempDir
    private Path folder;

    private static RecipePage page() {
        return RecipePage.all().stream().filter(page -> page.name().equals("copy-to-kafka.md")).findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> ask(FakeUpstream local, String brokers) {
        Map<String, String> properties = new HashMap<>(page().properties());
        properties.put("copies.brokers", brokers);
        try (RunningGateway gateway =
                RunningGateway.with(RunningGateway.localAndCloud(local, local).replace("model_name: local",
                "model_name: qwen3.5-local").replace("{local: [cloud]}", "{qwen3.5-local: [cloud]}"), properties,
                page().routes())) {
            return gateway.send(CurlLine.request(page().exchanges().get(0).request().text(), gateway,
                    Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY)));
        }
    }

    @Test
    void aCopyOfEachExchangeArrivesInTheTopicUnderItsCallId() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(folder); FakeUpstream local = FakeUpstream.start()) {
            HttpResponse<String> answer = ask(local, broker.address());
            assertEquals(200, answer.statusCode());
            ConsumerRecord<String, String> record = first(broker, page().properties().get("copies.topic"));
            assertEquals(answer.headers().firstValue("x-litellm-call-id").orElse(""), record.key());
            assertTrue(record.value().startsWith("{\"model\": \"qwen3.5-local\""), record.value());
            assertTrue(record.value().stripTrailing().endsWith(answer.body()), record.value());
        }
    }

    private static ConsumerRecord<String, String> first(KafkaBroker broker, String topic) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.address(), "group.id", "test", "auto.offset.reset", "earliest",
                "key.deserializer", StringDeserializer.class, "value.deserializer", StringDeserializer.class);
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of(topic));
            for (int i = 0; i < 60; i++) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    return record;
                }
            }
        }
        throw new AssertionError("no record came");
    }

    /**
     * Kafka's client looks for a broker for a minute before it gives up: an answer, and an end, that waited would come
     * after this.
     */
    @Test
    @Timeout(50)
    void aBrokerThatIsNotThereDelaysNobody() {
        try (FakeUpstream local = FakeUpstream.start()) {
            HttpResponse<String> answer = ask(local, "127.0.0.1:1");
            assertEquals(200, answer.statusCode());
        }
    }
}
