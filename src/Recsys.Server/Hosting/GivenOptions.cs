using Microsoft.Extensions.Options;

namespace Recsys.Server.Hosting;

/// <summary>Options that were read before the host was built; still checked by every validator, with all failures reported at once.</summary>
internal sealed class GivenOptions<T>(T value, IEnumerable<IValidateOptions<T>> validators) : IOptionsFactory<T>
    where T : class
{
    public T Create(string name)
    {
        var failures = validators
            .Select(validator => validator.Validate(name, value))
            .Where(result => result.Failed)
            .SelectMany(result => result.Failures ?? [])
            .ToArray();
        return failures.Length == 0 ? value : throw new OptionsValidationException(name, typeof(T), failures);
    }
}
