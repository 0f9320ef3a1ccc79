using System.Text.RegularExpressions;
using Google.Protobuf;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

/// <summary>docs/placements.md has an example: it's put as it stands there.</summary>
public sealed partial class PlacementDocumentTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task Example_when_put_is_stored_as_it_stands_in_the_document()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Recsys.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Recsys.sln above the tests.");
        var document = await File.ReadAllTextAsync(Path.Combine(folder, "docs", "placements.md"));
        var example = JsonParser.Default.Parse<Placement>(Assert.Single(Json().Matches(document)).Groups[1].Value);
        var stored = (await shared.Server.Clients.Placements.PutPlacementAsync(new() { Placement = example })).Placement;
        (stored.Etag, stored.Version, stored.CreateTime, stored.UpdateTime) = ("", 0, null, null);
        Assert.Equal(example, stored);

        // The table names every field that there is to configure.
        var fields = Placement.Descriptor.Fields.InFieldNumberOrder().Select(field => field.Name).Except(["placement_id", "etag", "version", "create_time", "update_time"]);
        Assert.All(fields, field => Assert.Contains($"| `{field}` |", document, StringComparison.Ordinal));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();
}
