using Recsys.ServerTests.Running;
using Recsys.Storage.Archive;
using Recsys.V1;

namespace Recsys.ServerTests.Faults;

/// <summary>The entries of an archive and of a server's export, sorted: user, sequence, event id.</summary>
internal static class ArchiveRows
{
    private static readonly TableColumn[] Columns = [new("user_id", ColumnType.Text), new("commit_sequence", ColumnType.Whole), new("event_id", ColumnType.Text)];

    public static string[] Files(string archive) => Directory.Exists(archive) ? Directory.GetFiles(archive, "*.parquet", SearchOption.AllDirectories) : [];

    public static async Task<List<string>> ReadAsync(string archive)
    {
        var rows = new List<string>();
        foreach (var file in Files(archive))
        {
            await using var reader = await TableReader.OpenAsync(file, CancellationToken.None);
            for (var group = 0; group < reader.GroupCount; group++)
            {
                var cells = await reader.ReadAsync(group, Columns, CancellationToken.None);
                for (var i = 0; i < cells[0].Length; i++) rows.Add($"{cells[0][i].Text}/{cells[1][i].Whole}/{cells[2][i].Text}");
            }
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public static async Task<List<string>> ExportAsync(Clients clients)
    {
        var rows = new List<string>();
        using var call = clients.Users.ExportEvents(new ExportEventsRequest { IncludeExposures = true });
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
            rows.AddRange(call.ResponseStream.Current.Events.Select(stored => $"{stored.Event.UserId}/{stored.CommitSequence}/{stored.Event.EventId}"));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
