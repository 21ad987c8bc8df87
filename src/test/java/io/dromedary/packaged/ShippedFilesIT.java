package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** What is shipped is what the bill of materials says, under the licences that lie beside it, and no more. */
class ShippedFilesIT {

    private static final Path SHIPPED = PackagedGateway.distribution();
    private static final String OWN = "dromedary.jar";

    /** The libraries, by the names of their files. */
    private static Map<String, Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(SHIPPED.resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.getFileName().toString().equals(OWN))
                    .collect(Collectors.toMap(file -> file.getFileName().toString(), file -> file));
        }
    }

    /** The components of the bill of materials, by the names that their files have in a Maven repository. */
    private static Map<String, JsonNode> components() throws IOException {
        JsonNode bom = new ObjectMapper().readTree(SHIPPED.resolve("sbom.cdx.json").toFile());
        assertEquals("CycloneDX", bom.get("bomFormat").asText());
        assertEquals("io.dromedary:dromedary", bom.at("/metadata/component/group").asText() + ":"
                + bom.at("/metadata/component/name").asText());
        Map<String, JsonNode> components = new TreeMap<>();
        bom.get("components").forEach(component ->
                components.put(component.get("name").asText() + "-" + component.get("version").asText() + ".jar",
                component));
        return components;
    }

    @Test
    void eachLibraryIsInTheBillOfMaterialsWithItsHashAndLicenceAndNothingElseIs() throws Exception {
        Map<String, Path> jars = jars();
        Map<String, JsonNode> components = components();
        assertEquals(new ArrayList<>(components.keySet()), jars.keySet().stream().sorted().toList(),
                "an offline build leaves the last bill of materials, and one without clean the jars of the last build");
        for (Map.Entry<String, JsonNode> component : components.entrySet()) {
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(Files.readAllBytes(jars.get(component.getKey()))));
            List<String> told = new ArrayList<>();
            component.getValue().get("hashes").forEach(each -> told.add(each.get("content").asText()));
            assertTrue(told.contains(hash), component.getKey());
            assertFalse(component.getValue().path("licenses").isEmpty(), component.getKey() + " has no licence");
        }
    }

    @Test
    void theLicenceOfEachLibraryIsTold() throws Exception {
        String licences = Files.readString(SHIPPED.resolve("THIRD-PARTY.txt"));
        for (JsonNode component : components().values()) {
            String line = licences.lines().filter(each -> each.contains("(" + component.get("group").asText() + ":"
                    + component.get("name").asText() + ":" + component.get("version").asText() + " ")).findFirst()
                    .orElse("");
            assertTrue(line.strip().matches("(\\([^()]+(\\([^()]*\\))?[^()]*\\) )+.*"),
                    component.get("name").asText() + ": " + line);
        }
        assertEquals(components().size(), licences.lines().filter(line -> line.strip().startsWith("(")).count());
        assertTrue(Files.readString(SHIPPED.resolve("LICENSE")).contains("Apache License"));
        assertTrue(Files.readString(SHIPPED.resolve("NOTICE")).contains("THIRD-PARTY.txt"));
    }

    /** Who brings a library of that kind decides so, and takes it off this list. */
    @Test
    void whatComesAlongAndIsNotUsedIsNotShipped() throws Exception {
        Set<String> unused = Set.of("okhttp", "okio", "kotlin-", "annotations-13",
                "netty-codec-socks", "netty-tcnative",
                "vertx-bridge", "vertx-auth-jwt", "vertx-auth-properties", "vavr-match", "jspecify");
        assertEquals(List.of(), jars().keySet().stream()
                .filter(jar -> unused.stream().anyMatch(jar::startsWith)).toList());
    }

    /** A build's time, or its folder, in the jar would make each build another one. */
    @Test
    void ourOwnJarHasTheSameTimeInEachEntryAndNoFolderOfTheBuild() throws Exception {
        try (JarFile jar = new JarFile(SHIPPED.resolve("lib").resolve(OWN).toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                Instant time = entry.getLastModifiedTime().toInstant();
                assertTrue(Duration.between(Instant.parse("2026-11-28T00:00:00Z"), time).abs().toHours() <= 24,
                        entry.getName() + ": " + time);
            }
            String folder = Path.of("").toAbsolutePath().toString();
            for (JarEntry entry : jar.stream().filter(each -> !each.getName().endsWith(".class")).toList()) {
                assertFalse(new String(jar.getInputStream(entry).readAllBytes()).contains(folder), entry.getName());
            }
        }
    }

    @Test
    void theImageIsBuiltOnFullVersionsAndTakesDigests() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("Dockerfile"));
        for (String stage : List.of("BUILD", "RUN")) {
            assertTrue(lines.stream().anyMatch(line ->
                    line.matches("ARG " + stage + "_IMAGE=[a-z/-]+:\\d+(\\.\\d+){2,}_\\d+-j..-[a-z]+")), stage);
            assertTrue(lines.contains("ARG " + stage + "_DIGEST="), stage);
            assertTrue(lines.stream().anyMatch(line ->
                    line.startsWith("FROM ${" + stage + "_IMAGE}${" + stage + "_DIGEST}")), stage);
        }
        assertTrue(Files.readString(Path.of(".mvn/wrapper/maven-wrapper.properties"))
                .matches("(?s).*distributionSha256Sum=[0-9a-f]{64}\\s.*"));
    }
}
