using Recsys.Serving.Catalogue;
using Recsys.Serving.Models;

namespace Recsys.Serving.Evaluation;

/// <summary>
/// Folds the events of given users as the store's own are folded. Items that the store doesn't know get numbers of this evaluation alone, the highest ones: nothing is
/// written to the store.
/// </summary>
internal sealed class TestHistories(UserHistories histories, ItemNumbers items, string ns)
{
    private readonly Dictionary<string, uint> _unknown = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, string> _ids = [];

    /// <summary>The users' interactions, in the order given.</summary>
    public IReadOnlyList<UserHistory> Fold(IReadOnlyList<TestUser> users) =>
        [.. users.Select(user => new UserHistory(user.UserId, histories.Fold(user.Events, NumberOf)))];

    /// <summary>The id of an item, be it one of the store or not.</summary>
    public string IdOf(uint number) => _ids.TryGetValue(number, out var id) ? id : items.IdOf(number);

    private uint NumberOf(string itemId)
    {
        if (items.TryGet(ns, itemId, out var number) || _unknown.TryGetValue(itemId, out number)) return number;
        number = uint.MaxValue - (uint)_unknown.Count;
        _unknown.Add(itemId, number);
        _ids.Add(number, itemId);
        return number;
    }
}
