import './bundle.ts'
import './example.ts'
import './strict-policy.ts'
