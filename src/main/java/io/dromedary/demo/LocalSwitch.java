package io.dromedary.demo;

import java.util.concurrent.CompletableFuture;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** Takes the demo's local upstream down or brings it back, as the last word of the path says. */
public final class LocalSwitch implements Processor {

    private final DemoUpstream local;

    /** @param local the upstream that is switched */
    public LocalSwitch(DemoUpstream local) {
        this.local = local;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        String path = exchange.getMessage(HttpMessage.class).getRequest().path();
        boolean up = path.endsWith("/up");
        // On a thread of its own: Vert.x warns when a server is made on the thread of another one.
        CompletableFuture.runAsync(up ? this::start : local::close).get();
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody("local is " + (up ? "up" : "down") + "\n");
    }

    private void start() {
        try {
            local.start();
        } catch (Exception e) {
            throw new IllegalStateException("The local upstream does not start", e);
        }
    }
}
