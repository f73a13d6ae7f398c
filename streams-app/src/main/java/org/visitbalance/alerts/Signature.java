package org.visitbalance.alerts;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Signs messages as defined by Standard Webhooks: https://www.standardwebhooks.com. */
public final class Signature {
  private static final String PREFIX = "whsec_";
  private static final int FEWEST_BYTES = 24;
  private static final int MOST_BYTES = 64;

  private Signature() {}

  /**
   * Returns whether a text is a secret as the specification defines it: 24 to 64 bytes in base64.
   */
  public static boolean isSecret(String text) {
    if (!text.startsWith(PREFIX)) {
      return false;
    }
    try {
      int bytes = Base64.getDecoder().decode(text.substring(PREFIX.length())).length;
      return bytes >= FEWEST_BYTES && bytes <= MOST_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The request of a message: the same id at each try, and a signature of each secret. */
  static HttpRequest request(Destination.Webhook destination, String id, Instant now, String body) {
    return HttpRequest.newBuilder(destination.url())
        .timeout(destination.timeout())
        .header("Content-Type", "application/json")
        .header("User-Agent", "visit-balance")
        .header("webhook-id", id)
        .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
        .header("webhook-signature", of(destination.secrets(), id, now, body))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  static String of(List<String> secrets, String id, Instant now, String body) {
    List<String> signatures = new ArrayList<>();
    for (String secret : secrets) {
      try {
        signatures.add(new Webhook(secret).sign(id, now.getEpochSecond(), body));
      } catch (EmptyWebhookSecretException | WebhookSigningException e) {
        // Without the cause: nobody knows what a text about a secret says.
        throw new IllegalStateException("a secret cannot be used");
      }
    }
    return String.join(" ", signatures);
  }
}
