using System.Globalization;
using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Models;

/// <summary>The stored documents of models: one a model, and one a namespace for what is and was live.</summary>
internal sealed class ModelDocuments(IRecsysStore store)
{
    /// <summary>The collection of the models' records.</summary>
    public const string ModelCollection = "models";

    /// <summary>The collection of what is and was live.</summary>
    public const string LiveCollection = "live_models";

    private const string LiveKey = "session";
    private const int PageSize = 1_000;
    private const int MaxAttempts = 20;

    /// <summary>Writes a model's record.</summary>
    public async ValueTask PutAsync(string ns, ModelRecord model, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(model with { Live = false }, ModelsJson.Default.ModelRecord);
        await StoreFailure.GuardAsync(() => store.PutDocumentsAsync(
            [new() { Collection = ModelCollection, Key = new(ns, model.ModelVersion), Content = content }], cancellationToken));
    }

    /// <summary>Deletes a model's record.</summary>
    public async ValueTask DeleteAsync(string ns, string version, CancellationToken cancellationToken) =>
        await StoreFailure.GuardAsync(() => store.PutDocumentsAsync([new() { Collection = ModelCollection, Key = new(ns, version), Content = null }], cancellationToken));

    /// <summary>Reads a model's record; null: there is no such model.</summary>
    public async ValueTask<ModelRecord?> GetAsync(string ns, string version, CancellationToken cancellationToken)
    {
        if (version.Length == 0) return null;
        var document = await StoreFailure.GuardAsync(() => store.GetDocumentAsync(ModelCollection, ns, version, cancellationToken));
        return document is null ? null : Read(document);
    }

    /// <summary>Reads the records of all models of a namespace, the newest first.</summary>
    public async ValueTask<List<ModelRecord>> ListAsync(string ns, CancellationToken cancellationToken)
    {
        var models = new List<ModelRecord>();
        DocumentKey? after = null;
        while (await StoreFailure.GuardAsync(() => store.ListDocumentsAsync(ModelCollection, ns, after, PageSize, cancellationToken)) is { Count: > 0 } page)
        {
            models.AddRange(page.Select(Read));
            after = page[^1].Key;
        }

        models.Sort((a, b) => NumberOf(b.ModelVersion).CompareTo(NumberOf(a.ModelVersion)));
        return models;
    }

    /// <summary>Reads what is live in each namespace.</summary>
    public async ValueTask<List<(string Namespace, LiveHistory History)>> ListLiveAsync(CancellationToken cancellationToken)
    {
        var all = new List<(string, LiveHistory)>();
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(LiveCollection, null, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var document in page) all.Add((document.Key.Namespace, ReadHistory(document)));
            after = page[^1].Key;
        }

        return all;
    }

    /// <summary>Reads what is and was live in a namespace.</summary>
    public async ValueTask<LiveHistory> HistoryAsync(string ns, CancellationToken cancellationToken) =>
        (await ReadHistoryAsync(ns, cancellationToken)).History;

    /// <summary>Changes what is and was live, atomically; returns it as it is now.</summary>
    public async ValueTask<LiveHistory> ChangeAsync(string ns, Func<LiveHistory, LiveHistory> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (revision, before) = await ReadHistoryAsync(ns, cancellationToken);
            var after = change(before);
            var write = new DocumentWrite
            {
                Collection = LiveCollection,
                Key = new(ns, LiveKey),
                Content = JsonSerializer.SerializeToUtf8Bytes(after, ModelsJson.Default.LiveHistory),
                ExpectedRevision = revision,
            };
            var results = await StoreFailure.GuardAsync(() => store.PutDocumentsAsync([write], cancellationToken));
            if (results[0].Status == CommitStatus.Committed) return after;
        }

        throw new EngineException(
            EngineErrorKind.Aborted, "MODELS_CONTENDED", $"The models of namespace '{ns}' were switched by others {MaxAttempts} times in a row. Try again.");
    }

    /// <summary>The number in a version, by which models are older and newer.</summary>
    public static long NumberOf(string version) =>
        long.TryParse(version.AsSpan(version.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static ModelRecord Read(Document document) =>
        JsonSerializer.Deserialize(document.Content.Span, ModelsJson.Default.ModelRecord)
        ?? throw new InvalidDataException($"The document of model '{document.Key.Key}' holds null.");

    private static LiveHistory ReadHistory(Document document) =>
        JsonSerializer.Deserialize(document.Content.Span, ModelsJson.Default.LiveHistory)
        ?? throw new InvalidDataException($"The document of the live model of '{document.Key.Namespace}' holds null.");

    private async ValueTask<(long Revision, LiveHistory History)> ReadHistoryAsync(string ns, CancellationToken cancellationToken)
    {
        var document = await StoreFailure.GuardAsync(() => store.GetDocumentAsync(LiveCollection, ns, LiveKey, cancellationToken));
        return document is null ? (0, LiveHistory.Empty) : (document.Revision, ReadHistory(document));
    }
}
