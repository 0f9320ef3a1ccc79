using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving;
using Recsys.Serving.Lists;
using Recsys.Serving.Sessions;
using Recsys.Serving.Steering;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving.Steering;

/// <summary>
/// Measures how far one word moves the next list of real users, in a store whose model is trained: <c>dotnet Recsys.Tests.dll steering-reference FILE.db [USERS]</c>. Of the ten items that are
/// most similar to the word's item and that the user hasn't seen, it counts those in the list of 20 before and after. The words are taken back.
/// </summary>
internal static class SteeringReference
{
    private const string Ns = "default";
    private const int ListSize = 20;
    private const int Neighbours = 10;
    private const int Looked = 100;

    public static async Task<int> RunAsync(string file, int users)
    {
        if (!File.Exists(file)) throw new FileNotFoundException($"There is no store {file}.", file);
        await using var store = await SqliteStore.OpenAsync(new() { Path = file }, CancellationToken.None);
        await using var engine = await Engine.OpenAsync(
            store, new() { ModelFolder = file + ".models" }, new FoldRules(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var all = new List<string>();
        while (await store.ListUsersAsync(Ns, all.LastOrDefault(), 1_000, CancellationToken.None) is { Count: > 0 } page) all.AddRange(page);
        string[] chosen = [.. Enumerable.Range(0, Math.Min(users, all.Count)).Select(i => all[(int)((long)i * all.Count / Math.Min(users, all.Count))])];
        Console.WriteLine($"{chosen.Length} of {all.Count} users; model {(await ListAsync(engine, chosen[0])).ModelVersion}");
        var full = await MeasureAsync(engine, chosen, PreferenceKind.Less, "less like the first item of the list", list => list[0]);
        full &= await MeasureAsync(engine, chosen, PreferenceKind.More, "more like the last item of the list", list => list[^1]);
        full &= await MeasureAsync(engine, chosen, PreferenceKind.More, "more like the item in place 100", list => list[99], deep: 100);
        return full ? 0 : 1;
    }

    /// <summary>Says what a word does; false: a list was shorter than it could be.</summary>
    private static async Task<bool> MeasureAsync(Engine engine, string[] users, PreferenceKind kind, string what, Func<List<string>, string> choose, int deep = ListSize)
    {
        var (before, after, moved, kept, full) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), true);
        foreach (var user in users)
        {
            var ranked = Ids(await ListAsync(engine, user, deep));
            if (ranked.Count < deep) continue;
            var item = choose(ranked);
            var near = await NearAsync(engine, user, item);
            var subject = new PreferenceSubject(SubjectKind.Item, item);
            await engine.Preferences.SetAsync(Ns, user, [(kind, subject)], CancellationToken.None);
            var list = Ids(await ListAsync(engine, user));
            await engine.Preferences.RetractAsync(Ns, user, [subject], CancellationToken.None);
            var earlier = ranked.Take(ListSize).ToHashSet();
            full &= list.Count == ListSize && (kind == PreferenceKind.More || !list.Contains(item));
            before.Add(near.Count(earlier.Contains));
            after.Add(near.Count(list.Contains));
            moved.Add(after[^1] - before[^1]);
            kept.Add(list.Count(earlier.Contains));
        }

        Console.WriteLine($"{what} ({before.Count} users): of its {Neighbours} nearest {Mean(before)} before, {Mean(after)} after, {Mean(moved)} more; "
            + $"of the {ListSize} in the list {Mean(kept)} stay{(full ? "" : "; A LIST IS SHORT, OR HAS WHAT LESS IS WANTED OF")}");
        return full;
    }

    /// <summary>The items most similar to one that may be in the user's list.</summary>
    private static async Task<List<string>> NearAsync(Engine engine, string user, string item)
    {
        var similar = (await engine.ListSimilarAsync(new() { Namespace = Ns, ItemId = item, PageSize = Looked }, CancellationToken.None)).Items.Select(near => near.ItemId).ToArray();
        var request = new ListRequest { Namespace = Ns, UserIds = [user], PageSize = Looked, IncludeItemIds = similar };
        var allowed = Ids(await engine.RecommendAsync(request, CancellationToken.None)).ToHashSet();
        return [.. similar.Where(allowed.Contains).Take(Neighbours)];
    }

    private static async Task<RankedList> ListAsync(Engine engine, string user, int size = ListSize) =>
        await engine.RecommendAsync(new() { Namespace = Ns, UserIds = [user], PageSize = size }, CancellationToken.None);

    private static List<string> Ids(RankedList list) => [.. list.Items.Select(item => item.ItemId)];

    /// <summary>The mean and its 95 % interval.</summary>
    private static string Mean(List<double> values)
    {
        var mean = values.Average();
        var error = 1.96 * Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count);
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F2} ({mean - error:F2} to {mean + error:F2})");
    }
}
