package dev.lockkeeper.telemetry;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How to send, where a short process has other needs than the SDK thinks. What cannot be reached is not tried again: the end of a command
 * waits for it. And without TLS there is a context that trusts nobody: without one the client of the JDK reads all certificates of the
 * machine before it sends its first byte, a third of what telemetry costs a short command. No redirect is followed, so there is never a
 * server to be trusted.
 */
record Sending(HttpSenderConfig asked) implements HttpSenderConfig {
    @Override
    public @Nullable SSLContext getSslContext() {
        SSLContext given = asked.getSslContext();
        if (given != null || !"http".equalsIgnoreCase(asked.getEndpoint().getScheme())) {
            return given;
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable RetryPolicy getRetryPolicy() {
        RetryPolicy policy = asked.getRetryPolicy();
        return policy == null
                ? null
                : policy.toBuilder()
                        .setRetryExceptionPredicate(Sending::mayPass)
                        .build();
    }

    /** Whether it may be gone in a moment; what the SDK throws is of an answer. */
    private static boolean mayPass(IOException failure) {
        return !(failure instanceof ConnectException
                || failure instanceof UnknownHostException
                || failure instanceof SSLException
                || !failure.getClass().getName().startsWith("java."));
    }

    @Override
    public URI getEndpoint() {
        return asked.getEndpoint();
    }

    @Override
    public String getContentType() {
        return asked.getContentType();
    }

    @Override
    public @Nullable Compressor getCompressor() {
        return asked.getCompressor();
    }

    @Override
    public Duration getTimeout() {
        return asked.getTimeout();
    }

    @Override
    public Duration getConnectTimeout() {
        return asked.getConnectTimeout();
    }

    @Override
    public Supplier<Map<String, List<String>>> getHeadersSupplier() {
        return asked.getHeadersSupplier();
    }

    @Override
    public @Nullable ProxyOptions getProxyOptions() {
        return asked.getProxyOptions();
    }

    @Override
    public @Nullable X509TrustManager getTrustManager() {
        return asked.getTrustManager();
    }

    @Override
    public @Nullable ExecutorService getExecutorService() {
        return asked.getExecutorService();
    }

    @Override
    public long getMaxResponseBodySize() {
        return asked.getMaxResponseBodySize();
    }

    @Override
    public @Nullable List<String> getEnabledProtocols() {
        return asked.getEnabledProtocols();
    }
}
