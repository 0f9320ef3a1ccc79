namespace Recsys.Storage.Archive;

/// <summary>What users of a training set were shown, in memory, in flat arrays: user by user, each user's in the order of time.</summary>
/// <param name="UserOffsets">[users + 1]: the rows of user u are those from <c>UserOffsets[u]</c> to before <c>UserOffsets[u + 1]</c>.</param>
/// <param name="Items">[rows]: store-wide item numbers; some may be of items that nobody interacted with.</param>
/// <param name="Lists">[rows]: which of the user's lists.</param>
/// <param name="Positions">[rows]: the place in the list, from 0.</param>
/// <param name="TimesMs">[rows]: Unix milliseconds.</param>
public sealed record TrainingExposures(int[] UserOffsets, uint[] Items, int[] Lists, int[] Positions, long[] TimesMs);
