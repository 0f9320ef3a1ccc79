using System.Globalization;
using System.Text;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>A folder with a small data set as MovieLens writes it, imported and trained on by the commands themselves.</summary>
public sealed class TrainedStore : IAsyncLifetime
{
    public const int Users = 40;
    public const int Items = 60;
    public const int EventsPerUser = 25;
    private readonly TemporaryFolder _folder = new();

    /// <summary>Where the commands run; the store is films.db, the data set ml.</summary>
    public string Folder => _folder.Path;

    internal CommandRun Import { get; private set; } = null!;

    internal CommandRun Training { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        WriteDataset(Directory.CreateDirectory(_folder.File("ml")).FullName);
        Import = await RunAsync("import", "ml", "--json");
        Training = await RunAsync("train", "--epochs", "1", "--json");
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    internal string File(string name) => _folder.File(name);

    /// <summary>Runs a command on the store.</summary>
    internal Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.RunAsync(Folder, [.. arguments, "--db", "films.db"]);

    // A user goes round the films by steps of one, seven or eleven: none comes twice, and what comes next can be learnt.
    private static void WriteDataset(string folder)
    {
        var (data, items) = (new StringBuilder(), new StringBuilder());
        for (var step = 0; step < EventsPerUser; step++)
        {
            for (var user = 1; user <= Users; user++)
            {
                var item = (((user * 7) + (step * (1 + (user % 3 * 5)))) % Items) + 1;
                data.Append(CultureInfo.InvariantCulture, $"{user}\t{item}\t{3 + (user % 3)}\t{1_700_000_000 + (step * 3600) + user}\n");
            }
        }

        for (var item = 1; item <= Items; item++)
            items.Append(CultureInfo.InvariantCulture, $"{item}|Film {item} (1995)|01-Jan-1995||http://example.test/{item}|0|1\n");
        System.IO.File.WriteAllText(Path.Combine(folder, "u.data"), data.ToString());
        System.IO.File.WriteAllText(Path.Combine(folder, "u.item"), items.ToString());
    }
}
