package io.dromedary.recipes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

import io.dromedary.harness.OtherClassPath;
import io.dromedary.packaged.PackagedGateway;

/** A real broker, one node in KRaft mode, as a process of its own on the loopback address. Ended by its pid. */
final class KafkaBroker implements AutoCloseable {

    private final Process process;
    private final int port;

    private KafkaBroker(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one that keeps its data in {@code folder}, and waits until it answers. */
    static KafkaBroker start(Path folder) throws IOException, InterruptedException {
        int port = PackagedGateway.freePort();
        int controller = PackagedGateway.freePort();
        Path properties = folder.resolve("server.properties");
        Files.writeString(properties, """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                """.formatted(port, controller, folder.resolve("data")));
        java("kafka.tools.StorageTool", folder, "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", properties.toString())
                .waitFor(60, TimeUnit.SECONDS);
        KafkaBroker broker = new KafkaBroker(java("kafka.Kafka", folder, properties.toString()), port);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions()
                    .until(() -> !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty());
        }
        return broker;
    }

    private static Process java(String main, Path folder, String... arguments) throws IOException,
            InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-cp",
                OtherClassPath.of("kafka-broker"), main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve(main + ".log").toFile()).start();
    }

    /** Where it is. */
    String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
