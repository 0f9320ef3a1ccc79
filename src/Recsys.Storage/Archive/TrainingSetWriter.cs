using System.Text.Json;
using Parquet;

namespace Recsys.Storage.Archive;

/// <summary>
/// Writes a training set, user after user, in constant memory. Everything goes to a temporary folder beside the final one, which
/// <see cref="CompleteAsync"/> renames: a folder of that name is always whole. Not thread-safe.
/// </summary>
public sealed class TrainingSetWriter : IAsyncDisposable
{
    private const int DefaultRowGroupSize = 100_000;
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private readonly string _folder;
    private readonly string _draft;
    private readonly int _rowGroupSize;
    private readonly TrainingSetManifest _manifest;
    private readonly InteractionColumns _columns;
    private readonly List<long> _numbers = [];
    private readonly List<string> _ids = [];
    private readonly FileStream _interactionStream;
    private readonly FileStream _itemStream;
    private ParquetWriter? _interactions;
    private ParquetWriter? _items;
    private WholeColumns? _facts;
    private WholeColumns? _categories;
    private WholeColumns? _exposures;
    private int _userCount;
    private int _interactionCount;
    private int _itemCount;
    private long _lastNumber;

    private TrainingSetWriter(string folder, TrainingSetManifest manifest, int rowGroupSize)
    {
        _folder = folder;
        _draft = $"{folder}.{Guid.NewGuid():n}.tmp";
        _rowGroupSize = rowGroupSize;
        _manifest = manifest;
        _columns = new InteractionColumns(rowGroupSize);
        Directory.CreateDirectory(_draft);
        _interactionStream = File.Create(Path.Combine(_draft, TrainingSetFiles.Interactions));
        _itemStream = File.Create(Path.Combine(_draft, TrainingSetFiles.Items));
    }

    /// <summary>Starts a training set.</summary>
    /// <param name="folder">Where it will be. Must not exist yet; its parent is created if missing.</param>
    /// <param name="ns">The namespace that it's made from.</param>
    /// <param name="split">What is left out.</param>
    /// <param name="created">Goes into the manifest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="rowGroupSize">Rows of a row group, 1 to 10,000,000.</param>
    /// <exception cref="IOException">The folder exists, or can't be written.</exception>
    public static async Task<TrainingSetWriter> CreateAsync(
        string folder,
        string ns,
        TrainingSetSplit split,
        DateTimeOffset created,
        CancellationToken cancellationToken,
        int rowGroupSize = DefaultRowGroupSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowGroupSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowGroupSize, 10_000_000);
        folder = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        if (Path.Exists(folder))
            throw new IOException($"{folder} exists already: a training set is never written over.");
        var manifest = new TrainingSetManifest
        {
            Format = TrainingSetManifest.CurrentFormat,
            Namespace = ns,
            Created = created,
            Users = 0,
            Items = 0,
            Interactions = 0,
            Split = split,
        };
        var writer = new TrainingSetWriter(folder, manifest, rowGroupSize);
        try
        {
            writer._interactions = await ParquetWriter.CreateAsync(
                TrainingSetFiles.InteractionSchema, writer._interactionStream, TrainingSetFiles.Options, cancellationToken: cancellationToken);
            writer._items = await ParquetWriter.CreateAsync(
                TrainingSetFiles.ItemSchema, writer._itemStream, TrainingSetFiles.Options, cancellationToken: cancellationToken);
            writer._facts = await WholeColumns.CreateAsync(
                Path.Combine(writer._draft, TrainingSetFiles.Facts), TrainingSetFiles.FactSchema, rowGroupSize, cancellationToken);
            writer._categories = await WholeColumns.CreateAsync(
                Path.Combine(writer._draft, TrainingSetFiles.Categories), TrainingSetFiles.CategorySchema, rowGroupSize, cancellationToken);
            writer._exposures = await WholeColumns.CreateAsync(
                Path.Combine(writer._draft, TrainingSetFiles.Exposures), TrainingSetFiles.ExposureSchema, rowGroupSize, cancellationToken);
            return writer;
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds the next user, who gets the next number from 0, with interactions in canonical order; there may be none.</summary>
    /// <exception cref="InvalidOperationException">There would be more than 2^31 - 1 users or interactions.</exception>
    public async ValueTask AddUserAsync(ReadOnlyMemory<TrainingInteraction> interactions, CancellationToken cancellationToken)
    {
        var file = Open(_interactions);
        if (_userCount == int.MaxValue || int.MaxValue - _interactionCount < interactions.Length)
            throw new InvalidOperationException($"A training set holds at most {int.MaxValue} users and interactions.");
        int user = _userCount++;
        for (int i = 0; i < interactions.Length; i++)
        {
            _columns.Add(user, interactions.Span[i]);
            _interactionCount++;
            if (_columns.IsFull)
                await _columns.FlushAsync(file, cancellationToken);
        }
    }

    /// <summary>Adds what the user who was added last was shown, in the order of time.</summary>
    /// <exception cref="InvalidOperationException">No user was added yet, or there would be too many rows.</exception>
    public async ValueTask AddExposuresAsync(IReadOnlyList<TrainingExposure> exposures, CancellationToken cancellationToken)
    {
        Open(_interactions);
        if (_userCount == 0)
            throw new InvalidOperationException("Exposures are those of a user: add the user first.");
        long[] row = new long[5];
        foreach (var exposure in exposures)
        {
            (row[0], row[1], row[2], row[3], row[4]) = (_userCount - 1, exposure.Item, exposure.List, exposure.Position, exposure.TimeMs);
            await _exposures!.AddAsync(row, cancellationToken);
        }
    }

    /// <summary>Adds an item. Every item of the interactions must be added, each once, in the order of the numbers.</summary>
    /// <param name="number">The store-wide item number.</param>
    /// <param name="itemId">The caller's id.</param>
    /// <param name="facts">What the catalogue says of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The number isn't greater than the one before.</exception>
    public async ValueTask AddItemAsync(uint number, string itemId, TrainingItemFacts facts, CancellationToken cancellationToken)
    {
        var file = Open(_items);
        if (number <= _lastNumber)
            throw new ArgumentException($"Item number {number} follows {_lastNumber}: items must come in the order of their numbers, which start at 1.");
        _lastNumber = number;
        _numbers.Add(number);
        _ids.Add(itemId);
        _itemCount++;
        await _facts!.AddAsync(new long[] { number, facts.BornMs, facts.DurationMs }, cancellationToken);
        for (int i = 0; i < facts.Categories.Length; i++)
            await _categories!.AddAsync(new long[] { number, (long)facts.Categories.Span[i] }, cancellationToken);
        if (_numbers.Count >= _rowGroupSize)
            await FlushItemsAsync(file, cancellationToken);
    }

    /// <summary>Writes what is left and the manifest, and gives the folder its name.</summary>
    public async Task<TrainingSetManifest> CompleteAsync(CancellationToken cancellationToken)
    {
        await _columns.FlushAsync(Open(_interactions), cancellationToken);
        await FlushItemsAsync(Open(_items), cancellationToken);
        var (categories, exposures) = (_categories!.RowCount, _exposures!.RowCount);
        foreach (var file in (WholeColumns[])[_facts!, _categories, _exposures])
            await file.CompleteAsync(cancellationToken);
        await CloseAsync();
        var manifest = _manifest with
        {
            Users = _userCount,
            Items = _itemCount,
            Interactions = _interactionCount,
            ItemCategories = categories,
            Exposures = exposures,
        };
        await File.WriteAllBytesAsync(
            Path.Combine(_draft, TrainingSetFiles.Manifest), JsonSerializer.SerializeToUtf8Bytes(manifest, Json), cancellationToken);
        Directory.Move(_draft, _folder);
        return manifest;
    }

    /// <summary>Deletes what was written, unless it's complete.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (Directory.Exists(_draft))
            Directory.Delete(_draft, recursive: true);
    }

    private static ParquetWriter Open(ParquetWriter? writer) =>
        writer ?? throw new InvalidOperationException("The training set is complete: nothing more can be added.");

    private async Task FlushItemsAsync(ParquetWriter file, CancellationToken cancellationToken)
    {
        if (_numbers.Count == 0)
            return;
        using var group = file.CreateRowGroup();
        await group.WriteAsync<long>(TrainingSetFiles.Number, _numbers.ToArray(), cancellationToken: cancellationToken);
        await group.WriteAsync(TrainingSetFiles.ItemId, _ids);
        group.CompleteValidate();
        _numbers.Clear();
        _ids.Clear();
    }

    private async ValueTask CloseAsync()
    {
        // The writers put the files' footers down.
        if (_interactions is not null)
            await _interactions.DisposeAsync();
        if (_items is not null)
            await _items.DisposeAsync();
        _interactions = _items = null;
        foreach (var file in (WholeColumns?[])[_facts, _categories, _exposures])
        {
            if (file is not null)
                await file.DisposeAsync();
        }

        await _interactionStream.DisposeAsync();
        await _itemStream.DisposeAsync();
    }
}
