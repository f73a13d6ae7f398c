package org.visitbalance.lab.start;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Properties;
import org.visitbalance.ingest.InputException;

/** An installation that another process runs. */
record RunningService(int port, String code) {
  /** The property of the page's port. */
  static final String PORT = "visitbalance.page.port";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Asks the installation of a folder for a code that signs a browser in.
   *
   * @throws InputException if it does not answer
   */
  static RunningService find(DataFolder folder) throws InterruptedException {
    try (Reader reader = Files.newBufferedReader(folder.connection())) {
      Properties connection = new Properties();
      connection.load(reader);
      int port = Integer.parseInt(connection.getProperty(PORT, "0"));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(OwnService.addressToOpen(port, "")))
              .timeout(PATIENCE)
              .header("Authorization", "Bearer " + folder.accessToken())
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      String code = new ObjectMapper().readTree(answer.body()).path("code").asText();
      if (answer.statusCode() == 200 && !code.isEmpty()) {
        return new RunningService(port, code);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Reported below.
    }
    throw new InputException(
        "another process uses the folder "
            + folder.path()
            + ", and is starting or stopping, or makes or restores a backup; wait a moment and try"
            + " again, or name another folder with --data");
  }

  String address() {
    return OwnService.address(port);
  }

  String addressToOpen() {
    return OwnService.addressToOpen(port, code);
  }
}
