namespace Recsys.Storage.Redis;

/// <summary>Calls of several nodes, of which some may be down.</summary>
internal static class PartialAnswers
{
    /// <summary>Awaits all; those that the store couldn't be reached for are <paramref name="missing"/>. If that's all, the first one's error is thrown.</summary>
    public static async Task<TResult[]> WhenAllAsync<T, TResult>(IReadOnlyList<Task<T>> answers, Func<T, TResult> read, TResult missing)
    {
        var results = new TResult[answers.Count];
        StoreUnavailableException? failure = null;
        int failed = 0;
        for (int i = 0; i < results.Length; i++)
        {
            try
            {
                results[i] = read(await answers[i].ConfigureAwait(false));
            }
            catch (StoreUnavailableException error)
            {
                failure ??= error;
                failed++;
                results[i] = missing;
            }
        }

        if (failure is not null && failed == results.Length)
            throw new StoreUnavailableException(failure.Message, failure);
        return results;
    }
}
