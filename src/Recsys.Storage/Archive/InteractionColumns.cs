using Parquet;

namespace Recsys.Storage.Archive;

/// <summary>The rows of a row group that is being filled, column by column.</summary>
internal sealed class InteractionColumns(int capacity)
{
    private readonly int[] _users = new int[capacity];
    private readonly long[] _items = new long[capacity];
    private readonly int[] _kinds = new int[capacity];
    private readonly int[] _strengths = new int[capacity];
    private readonly long[] _times = new long[capacity];
    private int _count;

    public bool IsFull => _count == capacity;

    public void Add(int user, TrainingInteraction interaction)
    {
        _users[_count] = user;
        _items[_count] = interaction.Item;
        _kinds[_count] = interaction.Kind;
        _strengths[_count] = interaction.Strength;
        _times[_count] = interaction.TimeMs;
        _count++;
    }

    /// <summary>Writes the rows as a row group, if there are any, and starts afresh.</summary>
    public async Task FlushAsync(ParquetWriter file, CancellationToken cancellationToken)
    {
        if (_count == 0)
            return;
        using var group = file.CreateRowGroup();
        await group.WriteAsync<int>(TrainingSetFiles.User, _users.AsMemory(0, _count), cancellationToken: cancellationToken);
        await group.WriteAsync<long>(TrainingSetFiles.Item, _items.AsMemory(0, _count), cancellationToken: cancellationToken);
        await group.WriteAsync<int>(TrainingSetFiles.Kind, _kinds.AsMemory(0, _count), cancellationToken: cancellationToken);
        await group.WriteAsync<int>(TrainingSetFiles.Strength, _strengths.AsMemory(0, _count), cancellationToken: cancellationToken);
        await group.WriteAsync<long>(TrainingSetFiles.Time, _times.AsMemory(0, _count), cancellationToken: cancellationToken);
        group.CompleteValidate();
        _count = 0;
    }
}
