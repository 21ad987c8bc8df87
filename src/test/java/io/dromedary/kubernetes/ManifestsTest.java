package io.dromedary.kubernetes;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.config.Environment;
import io.dromedary.settings.KnownSettings;

/** What {@code deploy/kubernetes} says is right to Kubernetes, and names nothing that the gateway does not have. */
class ManifestsTest {

    private static final String NAME = "dromedary";
    /** What of the fields of kinds that are no part of Kubernetes itself is used, by their documentation. */
    private static final Map<String, Set<String>> FIELDS_OF_OTHERS = Map.of(
            "ServiceMonitor", Set.of("jobLabel", "selector", "endpoints"),
            "PrometheusRule", Set.of("groups"),
            "ScaledObject", Set.of("scaleTargetRef", "minReplicaCount", "maxReplicaCount", "pollingInterval",
                    "fallback", "advanced", "triggers"));
    /** For the last words to clients, and for Camel's routes. */
    private static final long LAST_MS = 6000;
    private static final Pattern METRIC = Pattern.compile("\\b(?:dromedary|litellm)_[a-z_]+");

    @TempDir
    private Path folder;

    private static PodSpec pod() throws IOException {
        return Manifests.one(Manifests.written(), Deployment.class, NAME).getSpec().getTemplate().getSpec();
    }

    private static Container container() throws IOException {
        return pod().getContainers().get(0);
    }

    private static Map<String, String> variables() throws IOException {
        return container().getEnv().stream().filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static String property(String name) throws IOException {
        Properties properties = new Properties();
        properties.load(Files.newBufferedReader(Path.of("application.properties")));
        return properties.getProperty(name);
    }

    private static List<String> faults(List<HasMetadata> objects) {
        List<String> faults = new ArrayList<>();
        for (HasMetadata object : objects) {
            if (object instanceof GenericKubernetesResource other) {
                Set<String> known = FIELDS_OF_OTHERS.getOrDefault(object.getKind(), Set.of());
                other.<Map<String, Object>>get("spec").keySet().stream().filter(field -> !known.contains(field))
                        .forEach(field -> faults.add(object.getKind() + "." + field));
            } else {
                faults.addAll(Manifests.unknownFields(object));
            }
        }
        return faults;
    }

    @Test
    void eachFieldOfEachManifestIsOneThatKubernetesKnows() throws Exception {
        List<HasMetadata> all = Manifests.written();
        assertEquals(List.of(), faults(all));
        assertTrue(all.size() > 8, "they were read: " + all.size());
    }

    @Test
    void aMisspeltFieldIsFound() {
        assertEquals(List.of("SecurityContext.readOnlyRootFilesytem"), faults(Manifests.parsed("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: x}
                spec:
                  template:
                    spec:
                      containers: [{name: x, securityContext: {readOnlyRootFilesytem: true}}]
                """)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/prometheus", "overlays/keda", "overlays/hpa", "overlays/redis",
            "overlays/production"})
    void kustomizePutsThemTogether(String overlay) throws Exception {
        assumeTrue(Manifests.canRender(), "There is no kubectl here");
        List<HasMetadata> all = Manifests.rendered(Manifests.FOLDER.resolve(overlay));
        assertEquals(List.of(), faults(all));
        Deployment deployment = Manifests.one(all, Deployment.class, NAME);
        Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
        boolean scaled = !Set.of("base", "overlays/prometheus", "overlays/redis").contains(overlay);
        Integer replicas = scaled ? null : Integer.valueOf(2);
        assertEquals(replicas, deployment.getSpec().getReplicas(), "who scales says how many there are");
        assertEquals(labels, deployment.getSpec().getSelector().getMatchLabels());
        assertEquals(labels, Manifests.one(all, Service.class, NAME).getSpec().getSelector());
        assertEquals(labels, Manifests.one(all, PodDisruptionBudget.class, NAME).getSpec().getSelector()
                .getMatchLabels());
        assertEquals(labels, Manifests.one(all, NetworkPolicy.class, NAME).getSpec().getPodSelector()
                .getMatchLabels());
        deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints()
                .forEach(spread -> assertEquals(labels, spread.getLabelSelector().getMatchLabels()));
        assertFalse(Manifests.one(all, ConfigMap.class, "dromedary-config").getData().isEmpty(),
                "its name has no hash, or a change of it would be a rollout");
    }

    @Test
    void routesOfOnesOwnTakeThePlaceOfTheImages() throws Exception {
        assumeTrue(Manifests.canRender(), "There is no kubectl here");
        try (Stream<Path> files = Files.walk(Manifests.FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copy(file, folder.resolve("kubernetes").resolve(Manifests.FOLDER.relativize(file)));
            }
        }
        Set<String> shipped = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                shipped.add(file.getFileName().toString());
                copy(file, folder.resolve("kubernetes/components/routes/routes").resolve(file.getFileName()));
            }
        }
        copy("resources: [../../base]\ncomponents: [../../components/routes]\n", folder.resolve(
                "kubernetes/overlays/own/kustomization.yaml"));
        List<HasMetadata> all = Manifests.rendered(folder.resolve("kubernetes/overlays/own"));
        assertEquals(List.of(), faults(all));
        assertEquals(shipped, new TreeSet<>(Manifests.one(all, ConfigMap.class, "dromedary-routes").getData()
                .keySet()));
        assertTrue(Manifests.one(all, Deployment.class, NAME).getSpec().getTemplate().getSpec().getContainers().get(0)
                .getVolumeMounts().stream().anyMatch(mount -> mount.getMountPath().equals("/app/routes")));
    }

    private static void copy(Path from, Path to) throws IOException {
        copy(Files.readString(from), to);
    }

    private static void copy(String text, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.writeString(to, text);
    }

    @Test
    void theVariablesOfTheContainerAreOnesThatTheGatewayReads() throws Exception {
        for (EnvVar variable : container().getEnv()) {
            String name = variable.getName();
            assertTrue(name.equals("CONFIG_FILE_PATH") || KnownSettings.names().stream().anyMatch(setting -> setting
                    .replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT).equals(name)), name);
        }
    }

    @Test
    void portsProbesUserAndFoldersAreThoseOfTheImage() throws Exception {
        Map<String, Integer> ports = container().getPorts().stream()
                .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
        assertEquals(Map.of("http", Integer.valueOf(property("gateway.server.port")),
                "management", Integer.valueOf(variables().get("GATEWAY_MANAGEMENT_PORT"))), ports);
        Set<String> open = Set.of(property("gateway.public-paths").split(","));
        for (Probe probe : List.of(container().getStartupProbe(), container().getReadinessProbe(),
                container().getLivenessProbe())) {
            assertTrue(open.contains(probe.getHttpGet().getPath()), probe.getHttpGet().getPath());
            assertTrue(ports.containsKey(probe.getHttpGet().getPort().getStrVal()));
        }
        String image = Files.readString(Path.of("Dockerfile"));
        assertTrue(image.contains("\nUSER " + pod().getSecurityContext().getRunAsUser() + ":"
                + pod().getSecurityContext().getRunAsGroup() + "\n") && image.contains("\nWORKDIR /app\n"));
        List<String> mounts = container().getVolumeMounts().stream().map(VolumeMount::getMountPath).toList();
        assertTrue(mounts.contains(container().getWorkingDir()), "where .env is read");
        assertTrue(mounts.contains(Path.of(variables().get("CONFIG_FILE_PATH")).getParent().toString()));
        assertTrue(container().getVolumeMounts().stream().allMatch(mount -> mount.getSubPath() == null));
    }

    @Test
    void aPodHasTheTimeThatAGatewayTakesToEnd() throws Exception {
        long takes = Long.parseLong(variables().get("GATEWAY_SHUTDOWN_DELAY"))
                + Long.parseLong(variables().get("GATEWAY_SHUTDOWN_GRACE")) + LAST_MS;
        assertTrue(pod().getTerminationGracePeriodSeconds() * 1000 > takes, takes + " ms");
    }

    @Test
    void aPodMayDoNoMoreThanItMust() throws Exception {
        assertEquals(Boolean.FALSE, pod().getAutomountServiceAccountToken());
        assertEquals(Boolean.FALSE, pod().getEnableServiceLinks());
        assertEquals(Boolean.TRUE, pod().getSecurityContext().getRunAsNonRoot());
        assertEquals("RuntimeDefault", pod().getSecurityContext().getSeccompProfile().getType());
        assertEquals(Boolean.TRUE, container().getSecurityContext().getReadOnlyRootFilesystem());
        assertEquals(Boolean.FALSE, container().getSecurityContext().getAllowPrivilegeEscalation());
        assertEquals(List.of("ALL"), container().getSecurityContext().getCapabilities().getDrop());
    }

    @Test
    void theMetricsThatTheyNameAreTheGateways() throws Exception {
        String known = Files.readString(Path.of("docs/observe.md"));
        Set<String> named = new TreeSet<>();
        for (String file : List.of("prometheus/rules.yaml", "keda/scaledobject.yaml", "hpa/autoscaler.yaml",
                "hpa/adapter-rules.yaml")) {
            Matcher metric = METRIC.matcher(Files.readString(Manifests.FOLDER.resolve("components").resolve(file)));
            while (metric.find()) {
                named.add(metric.group().replaceFirst("_bucket$", ""));
            }
        }
        assertTrue(named.contains("dromedary_requests_in_flight") && named.size() > 5, named.toString());
        assertEquals(Set.of(), named.stream().filter(name -> !known.contains("`" + name + "`"))
                .collect(Collectors.toSet()));
        assertEquals("dromedary_requests_in_flight", Manifests.one(Manifests.written(), HorizontalPodAutoscaler.class,
                NAME).getSpec().getMetrics().get(0).getPods().getMetric().getName());
    }

    @Test
    void theAlertsAreThoseOfDeployPrometheus() throws Exception {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        assertEquals(yaml.readTree(Path.of("deploy/prometheus/alerts.yml").toFile()),
                yaml.readTree(Manifests.FOLDER.resolve("components/prometheus/rules.yaml").toFile()).get("spec"));
    }

    @Test
    void theConfigurationThatIsThereAsAnExampleIsTaken() {
        Sources sources = Sources.of(Path.of("application.properties").toAbsolutePath(),
                Path.of("routes").toAbsolutePath(), Manifests.FOLDER.resolve("base/config/litellm_config.yaml"));
        assertDoesNotThrow(() -> Check.files(sources,
                Environment.of(Map.of("LITELLM_MASTER_KEY", "sk-a-key-of-this-test"))).orReject());
    }
}
