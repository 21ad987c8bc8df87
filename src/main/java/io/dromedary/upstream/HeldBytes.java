package io.dromedary.upstream;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.answer.ApiError;
import io.dromedary.server.MemoryBudget;

/** Bytes of one answer that the memory budget counts until the exchange is done. */
final class HeldBytes {

    private static final long RETRY_AFTER_SECONDS = 1;

    private final MemoryBudget budget;
    private long bytes;

    HeldBytes(MemoryBudget budget, Exchange exchange) {
        this.budget = budget;
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                budget.release(bytes);
            }
        });
    }

    /**
     * Counts {@code more} bytes.
     *
     * @throws ApiError 503 if there is no room for them
     */
    void more(int more) {
        if (!budget.reserve(more)) {
            throw ApiError.busy("The gateway holds as many bytes as it may. Try again in a moment", RETRY_AFTER_SECONDS);
        }
        bytes += more;
    }
}
