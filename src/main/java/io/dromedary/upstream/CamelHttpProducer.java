package io.dromedary.upstream;

import java.util.EnumMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.service.ServiceHelper;

import io.dromedary.attempt.Attempts;
import io.dromedary.catalogue.Operation;

/** Calls a deployment by camel-http, whose endpoints have one path each. */
final class CamelHttpProducer extends DefaultProducer {

    private final Map<Operation, Producer> byOperation = new EnumMap<>(Operation.class);

    CamelHttpProducer(UpstreamEndpoint endpoint) throws Exception {
        super(endpoint);
        for (Operation operation : Operation.values()) {
            byOperation.put(operation, endpoint.camelHttpProducer(operation));
        }
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        byOperation.get(Attempts.of(exchange).operation()).process(exchange);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(byOperation.values());
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(byOperation.values());
        super.doStop();
    }
}
