import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** Runs the statements of a file, and prints what the last one selects. */
public class FlinkRecipe {
  public static void main(String[] args) throws Exception {
    TableEnvironment tables =
        TableEnvironment.create(EnvironmentSettings.newInstance().inStreamingMode().build());
    tables.getConfig().set("parallelism.default", "1");
    for (String statement : Files.readString(Path.of(args[0])).split(";\\s*\n")) {
      if (!statement.isBlank()) {
        tables.executeSql(statement).print();
      }
    }
  }
}
