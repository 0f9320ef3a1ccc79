using Recsys.Inference.Evaluation;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Models;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Evaluation;

/// <summary>
/// Measures how well items are recommended that no model knows: removes some from all that trains or counts, trains on the rest, and asks an engine whose catalogue has all of them for lists. Ranked
/// by their attributes they must beat chance; with these dealt among them at random they must not.
/// </summary>
internal sealed class ColdEvaluation(
    UserHistories histories, TrainingSetExport export, TrainerProcess trainer, TrainerSettings settings, ModelFolder folder, ItemNumbers items, IRecsysStore store, TimeProvider time)
{
    /// <summary>Places of a list that count.</summary>
    public const int Length = 20;

    // One deal could hit upon popular items by luck.
    private const int Deals = 5;
    private const int PageSize = 1_000;
    private const int NdcgPlaces = 10;
    private const double ExportShare = 0.05;
    private const double TrainedShare = 0.8;

    // Around what is served: 1.
    private static readonly float[] Weights = [0, 0.2f, 1, 5, 25];

    /// <summary>Evaluates.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="share">Of the items, to remove.</param>
    /// <param name="epochs">0: chosen from the data.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="EngineException">FailedPrecondition: too few interactions or items; the trainer's own errors.</exception>
    public async Task<ColdReport> RunAsync(string ns, double share, int epochs, long seed, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        trainer.Locate();
        var all = await histories.ReadAsync(ns, new(progress, 0, ExportShare), cancellationToken).ToListAsync(cancellationToken);
        var catalogue = await CatalogueAsync(ns, cancellationToken);
        var split = ColdSplit.Of(all, number => catalogue.ContainsKey(items.IdOf(number)), share, seed);
        if (split.Cold.Length <= Length || split.Cases.Count == 0)
        {
            throw new EngineException(
                EngineErrorKind.FailedPrecondition, "TOO_FEW_ITEMS",
                $"{split.Cold.Length} items of namespace '{ns}' would be removed, which {split.Cases.Count} users played; needed are more than {Length} that are in the catalogue and were played.");
        }

        using var work = folder.NewWork();
        var trainingSet = work.Child("training-set");
        await export.WriteAsync(trainingSet, ns, TrainingSetSplit.LeaveOneOut, split.Training.Select(user => user with { UserId = "" }).ToAsyncEnumerable(), cancellationToken);
        var file = await settings.FileAsync(work.Child("settings.json"), null, cancellationToken);
        await trainer.RunAsync(trainingSet, work.Child("artefact"), epochs, seed, file, new ScaledProgress(progress, ExportShare, TrainedShare), cancellationToken);
        var model = await Task.Run(() => folder.OpenTrained(work.Child("artefact"), ns), cancellationToken);
        await using var world = await ColdWorld.OpenAsync(model, [.. catalogue.Values], split.Training, items.IdOf, work.Child("engine"), time, cancellationToken);
        return await MeasureAsync(world, model, split, catalogue, seed, new(progress, TrainedShare, 1), cancellationToken);
    }

    private async Task<ColdReport> MeasureAsync(
        ColdWorld world, LiveModel model, ColdSplit split, Dictionary<string, CatalogueItem> catalogue, long seed, ScaledProgress progress, CancellationToken cancellationToken)
    {
        string[] cold = [.. split.Cold.Select(items.IdOf)];
        var counter = new CaseCounter(progress, "engine", (1 + Weights.Length + Deals) * split.Cases.Count);
        var byAttributes = await RecallsAsync(world, split, cold, SourceWeights.Default, counter, cancellationToken);
        var whole = new List<ColdWholeRow>();
        foreach (var weight in Weights) whole.Add(await WholeAsync(world, split, weight, [.. cold], counter, cancellationToken));

        var dealt = new double[split.Cases.Count];
        var random = new Random(unchecked((int)seed));
        for (var deal = 0; deal < Deals; deal++)
        {
            string[] others = [.. cold];
            random.Shuffle(others);
            await world.UpsertAsync([.. cold.Select((id, i) => catalogue[others[i]] with { ItemId = id })], cancellationToken);
            var recalls = await RecallsAsync(world, split, cold, SourceWeights.Default, counter, cancellationToken);
            for (var i = 0; i < dealt.Length; i++) dealt[i] += recalls[i] / Deals;
        }

        string[] popular = [.. split.Cold.OrderByDescending(item => split.Plays[item]).ThenBy(item => item).Take(Length).Select(items.IdOf)];
        (string Name, double[] Recalls)[] rows =
        [
            ("by attributes (engine)", byAttributes),
            ("random, as by their plays, of which none are known (expected)", [.. split.Cases.Select(_ => (double)Length / cold.Length)]),
            ($"by attributes of another one (engine, mean of {Deals} deals)", dealt),
            ("by the plays that nobody knows (oracle)", [.. split.Cases.Select(one => Recall(one, popular))]),
        ];
        var gains = PairedBootstrap.Intervals(
            [.. rows.Select(row => row.Recalls.Select((recall, i) => byAttributes[i] - recall).ToArray())], [.. Enumerable.Range(0, split.Cases.Count)], split.Cases.Count, seed);
        return new()
        {
            ColdItemCount = cold.Length,
            KnownItemCount = model.ItemCount,
            UserCount = split.Cases.Count,
            TrainingInteractionCount = split.Training.Sum(user => (long)user.Interactions.Count),
            Rows = [.. rows.Select((row, i) => new ColdRow(row.Name, row.Recalls.Average(), gains[i]))],
            Whole = whole,
        };
    }

    private async Task<double[]> RecallsAsync(ColdWorld world, ColdSplit split, string[] cold, SourceWeights weights, CaseCounter counter, CancellationToken cancellationToken)
    {
        var recalls = new double[split.Cases.Count];
        for (var i = 0; i < recalls.Length; i++)
        {
            recalls[i] = Recall(split.Cases[i], await world.ListAsync(split.Cases[i], cold, weights, cancellationToken));
            counter.Done();
        }

        return recalls;
    }

    private async Task<ColdWholeRow> WholeAsync(ColdWorld world, ColdSplit split, float weight, HashSet<string> cold, CaseCounter counter, CancellationToken cancellationToken)
    {
        var (recall, places, ndcg) = (0.0, 0.0, 0.0);
        foreach (var one in split.Cases)
        {
            var list = await world.ListAsync(one, [], SourceWeights.Default.With(CandidateSource.Fresh, weight), cancellationToken);
            recall += Recall(one, list);
            places += list.Count(cold.Contains);
            ndcg += Ndcg(one, list);
            counter.Done();
        }

        return new(Math.Round(weight, 3), recall / split.Cases.Count, places / split.Cases.Count, ndcg / split.Cases.Count);
    }

    private double Recall(ColdCase one, string[] list) => (double)one.Cold.Count(item => list.Contains(items.IdOf(item))) / one.Cold.Count;

    private double Ndcg(ColdCase one, string[] list)
    {
        var place = one.Target is { } target ? Array.IndexOf(list, items.IdOf(target.Item)) : -1;
        return place < 0 ? 0 : RankingMetrics.Ndcg(place + 1, NdcgPlaces);
    }

    private async Task<Dictionary<string, CatalogueItem>> CatalogueAsync(string ns, CancellationToken cancellationToken)
    {
        var catalogue = new Dictionary<string, CatalogueItem>(StringComparer.Ordinal);
        DocumentKey? after = null;
        while (await StoreFailure.GuardAsync(() => store.ListDocumentsAsync(ItemCatalogue.Collection, ns, after, PageSize, cancellationToken)) is { Count: > 0 } page)
        {
            foreach (var document in page)
            {
                if (ItemDocument.Read(document.Content.Span) is { } item) catalogue.Add(item.ItemId, item);
            }

            after = page[^1].Key;
        }

        return catalogue;
    }
}
