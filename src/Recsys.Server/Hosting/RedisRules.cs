using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Recsys.Storage;

namespace Recsys.Server.Hosting;

/// <summary>What the attributes of <see cref="RedisOptions"/> can't say.</summary>
internal sealed partial class RedisRules : IValidateOptions<RedisOptions>
{
    // Who writes a URL here writes its password here too: such a text is never repeated.
    private const string AddressForm =
        "Redis: must be addresses HOST:PORT with commas between them. User, password and TLS have settings of their own: "
        + "RedisUser, RedisPassword (better as the variable RECSYS_REDIS_PASSWORD), RedisTls.";

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var failures = new List<string>();
        if (!options.Redis.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsAddress)) failures.Add(AddressForm);
        if (options is { RedisTlsAuthority.Length: > 0, RedisTls: false }) failures.Add("RedisTlsAuthority: needs RedisTls; without TLS no certificate is looked at.");
        else if (options.RedisTlsAuthority.Length > 0 && !File.Exists(options.RedisTlsAuthority)) failures.Add($"RedisTlsAuthority: there is no file {options.RedisTlsAuthority}.");
        if (options is { Durability: StoreDurability.Replicated, Redis: "" }) failures.Add("Durability: Replicated needs Redis; the embedded store has no replicas.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsAddress(string text) => HostAndPort().IsMatch(text) || IPAddress.TryParse(text, out _);

    [GeneratedRegex(@"^(\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$")]
    private static partial Regex HostAndPort();
}
