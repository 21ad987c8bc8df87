package io.dromedary.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Writes down which nodes of the routes each test reaches, a line a pair of them; a later test reads the list. The test
 * processes of a build share the file: each line is appended by one write.
 */
public final class NodeCoverage implements InterceptStrategy, CamelContextAware {

    /** Where the list of this build is. */
    public static final Path FILE =
            Path.of("target", "route-coverage-" + System.getProperty("dromedary.build", "one") + ".txt");
    private static final Set<String> REACHED = ConcurrentHashMap.newKeySet();

    private CamelContext camelContext;

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** Joins the context at once: properties' beans are made after Camel has looked for interceptors. */
    @Override
    public void setCamelContext(CamelContext context) {
        this.camelContext = context;
        context.getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target,
            Processor next) {
        return new DelegateAsyncProcessor(exchange -> {
            reach(node.getId());
            target.process(exchange);
        });
    }

    private static void reach(String id) {
        String line = id + "\t" + RunningTest.name();
        if (REACHED.add(line)) {
            synchronized (NodeCoverage.class) {
                try {
                    Files.writeString(FILE, line + "\n", StandardCharsets.UTF_8,
                            StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
