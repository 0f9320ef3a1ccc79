using Recsys.Inference;

namespace Recsys.Training.Windows;

/// <summary>Builds an <see cref="InteractionLog"/> from rows that come user by user. Dense item ids follow the item numbers, so equal data gives equal ids.</summary>
internal sealed class InteractionLogBuilder
{
    private readonly List<int> _starts = [0];
    private readonly List<uint> _numbers = [];
    private readonly List<InteractionKind> _kinds = [];
    private readonly List<byte> _strengths = [];
    private readonly List<long> _times = [];
    private int? _user;

    /// <summary>Adds a row; users must come in ascending order. Users without rows get no place.</summary>
    public void Add(int user, uint itemNumber, InteractionKind kind, byte strength, long timeMs)
    {
        if (_user is { } last && user != last)
        {
            if (user < last)
                throw new TrainingException($"the training set is not sorted by user: user {user} comes after user {last}");
            _starts.Add(_numbers.Count);
        }
        _user = user;
        _numbers.Add(itemNumber);
        _kinds.Add(kind);
        _strengths.Add(strength);
        _times.Add(timeMs);
    }

    public InteractionLog Build()
    {
        if (_user is not null)
            _starts.Add(_numbers.Count);
        var distinct = new SortedSet<uint>(_numbers).ToArray();
        var dense = new Dictionary<uint, int>(distinct.Length);
        for (var i = 0; i < distinct.Length; i++)
            dense[distinct[i]] = i;
        return new InteractionLog
        {
            ItemNumbers = distinct,
            UserStarts = [.. _starts],
            Items = [.. _numbers.Select(number => dense[number])],
            Kinds = [.. _kinds],
            Strengths = [.. _strengths],
            TimesMs = [.. _times],
        };
    }
}
