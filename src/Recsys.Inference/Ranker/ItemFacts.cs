using Recsys.Inference.Artefacts;

namespace Recsys.Inference.Ranker;

/// <summary>
/// What a model keeps of its items beside vectors and rules: when they came out, what they are, at which time of the week they're played, and what a play of them is worth. As of the training.
/// Immutable, thread-safe.
/// </summary>
public sealed class ItemFacts
{
    /// <summary>Parts of a week: quarters of a day (UTC), from Monday to Friday and at the week-end.</summary>
    public const int WeekParts = 8;

    private const double MsADay = 86_400_000;
    private const int HoursAPart = 6;

    /// <summary>Newest interactions that a user's categories are read off, and how much less each older one counts.</summary>
    private const int ProfileLength = 50;
    private const float ProfileDecay = 0.96f;

    private readonly float[] _bornDays;
    private readonly int[] _categoryOffsets;
    private readonly int[] _categories;
    private readonly float[] _weekParts;
    private readonly float[] _completion;
    private readonly float[] _playedTime;

    /// <param name="bornDays">(N) days from 1970 to when the item came out; 0: unknown.</param>
    /// <param name="categoryOffsets">(N + 1): item i's categories are those from <c>categoryOffsets[i]</c> on.</param>
    /// <param name="categories">(R) numbers of categories, from 0.</param>
    /// <param name="weekParts">(N, 8) logarithm of how much more often the item is played in that part of the week than items are.</param>
    /// <param name="completion">(N) logarithm of how much more often a play of the item is completed than plays are.</param>
    /// <param name="playedTime">(N) logarithm of how much longer a play of the item lasts than plays do.</param>
    /// <exception cref="InvalidDataException">They don't fit each other, or a value can't be.</exception>
    public ItemFacts(float[] bornDays, int[] categoryOffsets, int[] categories, float[] weekParts, float[] completion, float[] playedTime)
    {
        var items = bornDays.Length;
        if (categoryOffsets.Length != items + 1 || weekParts.Length != items * WeekParts || completion.Length != items || playedTime.Length != items)
            throw new InvalidDataException("The facts of items don't fit each other.");
        if (categoryOffsets[0] != 0 || categoryOffsets[^1] != categories.Length || categoryOffsets.Zip(categoryOffsets.Skip(1)).Any(pair => pair.First > pair.Second))
            throw new InvalidDataException("The offsets of the items' categories don't ascend from 0 to their number.");
        if (categories.Any(category => category is < 0 or > MaxCategories)) throw new InvalidDataException($"A category's number is outside 0 to {MaxCategories}.");
        foreach (var values in (float[][])[bornDays, weekParts, completion, playedTime])
        {
            if (values.Any(value => !float.IsFinite(value))) throw new InvalidDataException("The facts of items hold values that are not finite.");
        }

        (_bornDays, _categoryOffsets, _categories, _weekParts, _completion, _playedTime) = (bornDays, categoryOffsets, categories, weekParts, completion, playedTime);
        CategoryCount = categories.Length == 0 ? 0 : categories.Max() + 1;
    }

    /// <summary>The highest number of a category.</summary>
    public const int MaxCategories = 1 << 20;

    /// <summary>Categories, K.</summary>
    public int CategoryCount { get; }

    /// <summary>Items, N.</summary>
    public int ItemCount => _bornDays.Length;

    /// <summary>The part of the week of a moment, 0 to 7.</summary>
    /// <param name="momentMs">Unix ms.</param>
    public static int PartOfWeek(long momentMs)
    {
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(momentMs, 0, 253_402_300_799_999));
        return (moment.Hour / HoursAPart) + (moment.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? WeekParts / 2 : 0);
    }

    /// <summary>log(1 + days since an item came out); not-a-number: unknown.</summary>
    /// <param name="item">Dense id.</param>
    /// <param name="momentMs">Unix ms.</param>
    public float Age(int item, long momentMs) => _bornDays[item] == 0 ? float.NaN : (float)Math.Log(1 + Math.Max(0, (momentMs / MsADay) - _bornDays[item]));

    /// <summary>How much more often the item is played at that time of the week than items are: a logarithm.</summary>
    /// <param name="item">Dense id.</param>
    /// <param name="part"><see cref="PartOfWeek"/>.</param>
    public float TimeOfWeek(int item, int part) => _weekParts[(item * WeekParts) + part];

    /// <summary>What a play of an item is worth, as a logarithm to that of others.</summary>
    /// <param name="item">Dense id; beyond the model's items nothing is known, 0.</param>
    /// <param name="objective">What plays are for.</param>
    public float WorthOfPlay(int item, RankingObjective objective) => item >= ItemCount ? 0 : objective switch
    {
        RankingObjective.Completion => _completion[item],
        RankingObjective.PlayedTime => _playedTime[item],
        _ => 0,
    };

    /// <summary>Adds the categories of a user's newest interactions to a profile, whose values then add up to at most <paramref name="share"/> more.</summary>
    /// <param name="history">Dense ids, oldest first; -1: the model doesn't know the item.</param>
    /// <param name="share">What this user counts.</param>
    /// <param name="profile">(K).</param>
    public void AddProfile(ReadOnlySpan<int> history, float share, Span<float> profile)
    {
        var sum = 0f;
        var weight = 1f;
        var first = Math.Max(0, history.Length - ProfileLength);
        for (var at = history.Length - 1; at >= first; at--, weight *= ProfileDecay)
        {
            if (history[at] >= 0) sum += weight;
        }

        weight = 1;
        for (var at = history.Length - 1; at >= first; at--, weight *= ProfileDecay)
        {
            if (history[at] < 0) continue;
            var own = CategoriesOf(history[at]);
            foreach (var category in own) profile[category] += share * weight / (sum * own.Length);
        }
    }

    /// <summary>How much of a profile an item's categories are, in the mean of them; 0 where it has none.</summary>
    /// <param name="item">Dense id.</param>
    /// <param name="profile">(K).</param>
    public float Affinity(int item, ReadOnlySpan<float> profile)
    {
        var own = CategoriesOf(item);
        if (own.IsEmpty) return 0;
        var sum = 0f;
        foreach (var category in own) sum += profile[category];
        return sum / own.Length;
    }

    /// <summary>Tensors of an artefact, in file order: <c>facts.born</c> (N), <c>facts.category_offsets</c> (N + 1) and <c>facts.categories</c> (R) of int32, and so on.</summary>
    public IReadOnlyList<NamedTensor> ToTensors() =>
    [
        new(Names[0], [ItemCount], _bornDays),
        NamedTensor.OfIntegers(Names[1], [ItemCount + 1], _categoryOffsets),
        NamedTensor.OfIntegers(Names[2], [_categories.Length], _categories),
        new(Names[3], [ItemCount, WeekParts], _weekParts),
        new(Names[4], [ItemCount], _completion),
        new(Names[5], [ItemCount], _playedTime),
    ];

    /// <summary>The tensors' names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["facts.born", "facts.category_offsets", "facts.categories", "facts.week_parts", "facts.completion", "facts.played_time"];

    /// <summary>Reads and checks facts.</summary>
    /// <param name="file">Where they are.</param>
    /// <param name="itemCount">Items of the model, N.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or of another shape or type, or a value can't be.</exception>
    public static ItemFacts Read(SafetensorsFile file, int itemCount)
    {
        var categories = file.ShapeOf(Names[2]) is [var count] ? (int)count : 0;
        return new(
            file.Copy(new(Names[0], [itemCount])),
            file.CopyIntegers(new(Names[1], [itemCount + 1])),
            file.CopyIntegers(new(Names[2], [categories])),
            file.Copy(new(Names[3], [itemCount, WeekParts])),
            file.Copy(new(Names[4], [itemCount])),
            file.Copy(new(Names[5], [itemCount])));
    }

    private ReadOnlySpan<int> CategoriesOf(int item) => _categories.AsSpan(_categoryOffsets[item].._categoryOffsets[item + 1]);
}
