package org.visitbalance.query.access;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;

/** Downloads a provider's keys from exactly the configured address. */
final class KeyDownload implements ResourceRetriever {
  private final ProviderHttp http = new ProviderHttp();

  @Override
  public Resource retrieveResource(URL url) throws IOException {
    ProviderHttp.Answer answer =
        http.send(HttpRequest.newBuilder(URI.create(url.toString())).build());
    if (answer.status() != 200) {
      throw new IOException("the keys cannot be downloaded: HTTP " + answer.status());
    }
    return new Resource(answer.body(), "application/json");
  }
}
